import type { MailAccount } from "../../store/mail-account.js";
import type { MailboxChange, StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SessionNotifier } from "../session/session-notifier.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { decodeMailboxName, encodeMailboxName } from "../syntax/mailbox-name.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { encodeAstring } from "../syntax/text.js";
import { type FetchItem, readFetchItems } from "./fetch-items.js";
import { writeFetchResponse } from "./fetch-response.js";
import { type StatusItem, writeStatus } from "./status.js";

const EVENTS = ["MessageNew", "MessageExpunge", "FlagChange", "MailboxName", "SubscriptionChange"] as const;

/** What a client can want to hear of. */
type NotifyEvent = (typeof EVENTS)[number];

/** One part of NOTIFY SET: these events of these mailboxes. */
interface EventGroup {
  readonly events: ReadonlySet<NotifyEvent>;
  readonly matches: (path: string, account: MailAccount) => boolean;
}

/** What NOTIFY SET asked for (RFC 5465 §5). */
interface NotifySettings {
  /** For the selected mailbox; without it the client hears of that one after its commands only, as ever. */
  readonly selected?: {
    readonly events: ReadonlySet<NotifyEvent>;
    /** Removals wait for a command that allows them. */
    readonly isDelayed: boolean;
    /** Sent for every arrival. */
    readonly items: readonly FetchItem[];
  };
  /** For all other mailboxes; the first that matches counts. */
  readonly groups: readonly EventGroup[];
}

const EVENT_OF: Readonly<Record<MailboxChange["type"], NotifyEvent>> = {
  added: "MessageNew",
  expunged: "MessageExpunge",
  flags: "FlagChange",
  created: "MailboxName",
  deleted: "MailboxName",
};

/** NOTIFY SET and NOTIFY NONE (RFC 5465 §4). */
export function notify(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  if (input.keyword() === "NONE") {
    input.end();
    session.notifier = undefined;
    return "OK Notify completed.";
  }
  let settings: NotifySettings = { groups: [] };
  let wantsStatus = false;
  do {
    input.space();
    if (input.peek() === "(") settings = readGroup(session, input, settings);
    else if (input.keyword() === "STATUS") wantsStatus = true;
    else throw new ImapRefusal("BAD", "Expected STATUS or an event group");
  } while (!input.isAtEnd);
  session.notifier = toNotifier(session, settings);
  for (const mailbox of wantsStatus ? account.mailboxes() : []) {
    const isSelected = mailbox === session.selected?.mailbox;
    if (!isSelected && findGroup(settings, mailbox.path, account)) writeCounts(session, mailbox);
  }
  return "OK Notify completed.";
}

function toNotifier(session: ImapSession, settings: NotifySettings): SessionNotifier {
  const account = session.requireAccount();
  const { selected } = settings;
  return {
    wants: ({ path, type }) => findGroup(settings, path, account)?.events.has(EVENT_OF[type]) ?? false,
    tell({ type, path, mailbox }): void {
      const name = encodeAstring(encodeMailboxName(path));
      if (type === "created") session.untagged(`LIST () "/" ${name}`);
      else if (type === "deleted") session.untagged(`LIST (\\NonExistent) "/" ${name}`);
      else if (mailbox !== session.selected?.mailbox) writeCounts(session, mailbox);
    },
    ...(selected && {
      selected: {
        isDelayed: selected.isDelayed,
        tellArrivals(messages): void {
          if (selected.items.length === 0) return;
          for (const message of messages) writeFetchResponse(session, message, selected.items);
        },
      },
    }),
  };
}

/** What a client that is told of a change in another mailbox needs to know (RFC 5465 §5.1 to §5.3). */
function writeCounts(session: ImapSession, mailbox: StoredMailbox): void {
  const items: StatusItem[] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];
  if (session.enabled.has("CONDSTORE")) items.push("HIGHESTMODSEQ");
  writeStatus(session, mailbox, items);
}

function findGroup({ groups }: NotifySettings, path: string, account: MailAccount): EventGroup | undefined {
  return groups.find((group) => group.matches(path, account));
}

function readGroup(session: ImapSession, input: ImapArguments, settings: NotifySettings): NotifySettings {
  input.character("(");
  const filter = input.keyword();
  const paths = filter === "SUBTREE" || filter === "MAILBOXES" ? readPaths(input) : [];
  input.space();
  const { events, items } = readEvents(session, input);
  input.character(")");
  if (filter === "SELECTED" || filter === "SELECTED-DELAYED") {
    return { ...settings, selected: { events, items, isDelayed: filter === "SELECTED-DELAYED" } };
  }
  const matches = toMatcher(filter, paths);
  if (!matches) throw new ImapRefusal("BAD", `Unknown mailbox specifier ${filter}`);
  return { ...settings, groups: [...settings.groups, { events, matches }] };
}

function readPaths(input: ImapArguments): string[] {
  input.space();
  const readPath = (): string => decodeMailboxName(input.astring());
  return input.peek() === "(" ? input.list(readPath) : [readPath()];
}

function toMatcher(filter: string, paths: readonly string[]): EventGroup["matches"] | undefined {
  switch (filter) {
    case "INBOXES":
      return (path) => path === "INBOX";
    case "PERSONAL":
      return () => true;
    case "SUBSCRIBED":
      return (path, account) => account.subscriptions.has(path);
    case "MAILBOXES":
      return (path, account) => paths.some((name) => (account.find(name)?.path ?? name) === path);
    case "SUBTREE":
      return (path) => paths.some((root) => path === root || path.startsWith(`${root}/`));
    default:
      return undefined;
  }
}

function readEvents(
  session: ImapSession,
  input: ImapArguments,
): { events: Set<NotifyEvent>; items: FetchItem[] } {
  const events = new Set<NotifyEvent>();
  let items: FetchItem[] = [];
  if (input.peek() !== "(") {
    if (input.keyword() !== "NONE") throw new ImapRefusal("BAD", "Expected events or NONE");
    return { events, items };
  }
  input.character("(");
  do {
    if (input.peek() === "(") items = readFetchItems(session, input);
    else events.add(readEvent(input));
  } while (input.tryCharacter(" "));
  input.character(")");
  // RFC 5465 §5: without arrivals and removals the numbers that the other events use would mean nothing.
  const hasMessages = events.has("MessageNew") && events.has("MessageExpunge");
  const needsMessages = events.has("MessageNew") || events.has("MessageExpunge") || events.has("FlagChange");
  if (needsMessages && !hasMessages)
    throw new ImapRefusal("BAD", "MessageNew and MessageExpunge go together");
  return { events, items };
}

function readEvent(input: ImapArguments): NotifyEvent {
  const name = input.atom();
  const event = EVENTS.find((known) => known.toLowerCase() === name.toLowerCase());
  if (!event) throw new ImapRefusal("NO", `Unsupported event ${name}`, `BADEVENT (${EVENTS.join(" ")})`);
  return event;
}
