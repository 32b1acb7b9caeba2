import type { MailAccount } from "../../store/mail-account.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { type FetchItem, readFetchItems } from "./fetch-items.js";

const EVENTS = ["MessageNew", "MessageExpunge", "FlagChange", "MailboxName", "SubscriptionChange"] as const;
const MESSAGE_EVENTS: ReadonlySet<string> = new Set(["MessageNew", "MessageExpunge", "FlagChange"]);

/** What a client can want to hear of. */
export type NotifyEvent = (typeof EVENTS)[number];

/** One part of NOTIFY SET: these events of these mailboxes. */
interface EventGroup {
  readonly events: ReadonlySet<NotifyEvent>;
  readonly matches: (path: string, account: MailAccount) => boolean;
}

/** What NOTIFY SET asked for (RFC 5465 §5). */
export interface NotifySettings {
  /** Sent at once, of all mailboxes that are watched for arrivals. */
  readonly wantsStatus: boolean;
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

/** Reads what follows SET. */
export function readNotifySettings(session: ImapSession, input: ImapArguments): NotifySettings {
  let settings: NotifySettings = { wantsStatus: false, groups: [] };
  do {
    input.space();
    if (input.peek() === "(") settings = readGroup(session, input, settings);
    else if (input.keyword() === "STATUS") settings = { ...settings, wantsStatus: true };
    else throw new ImapRefusal("BAD", "Expected STATUS or an event group");
  } while (!input.isAtEnd);
  return settings;
}

/** The events that are wanted of a mailbox that is not selected. */
export function eventsOf(
  { groups }: NotifySettings,
  path: string,
  account: MailAccount,
): ReadonlySet<NotifyEvent> {
  return groups.find((group) => group.matches(path, account))?.events ?? new Set();
}

function readGroup(session: ImapSession, input: ImapArguments, settings: NotifySettings): NotifySettings {
  input.character("(");
  const filter = input.keyword();
  const paths = filter === "SUBTREE" || filter === "MAILBOXES" ? readPaths(session, input) : [];
  input.space();
  const { events, items } = readEvents(session, input);
  input.character(")");
  if (filter === "SELECTED" || filter === "SELECTED-DELAYED") {
    if ([...events].some((event) => !MESSAGE_EVENTS.has(event)))
      throw new ImapRefusal("BAD", "The selected mailbox has events of messages only");
    return { ...settings, selected: { events, items, isDelayed: filter === "SELECTED-DELAYED" } };
  }
  const matches = toMatcher(filter, paths);
  if (!matches) throw new ImapRefusal("BAD", `Unknown mailbox specifier ${filter}`);
  return { ...settings, groups: [...settings.groups, { events, matches }] };
}

function readPaths(session: ImapSession, input: ImapArguments): string[] {
  input.space();
  const readPath = (): string => session.decodePath(input.astring());
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
  const needsMessages = [...events].some((event) => MESSAGE_EVENTS.has(event));
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
