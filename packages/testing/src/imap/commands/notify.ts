import type { MailboxChange, StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SessionNotifier } from "../session/session-notifier.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { writeFetchResponse } from "./fetch-response.js";
import { eventsOf, type NotifyEvent, type NotifySettings, readNotifySettings } from "./notify-settings.js";
import { type StatusItem, writeStatus } from "./status.js";

const EVENT_OF: Readonly<Record<MailboxChange["type"], NotifyEvent>> = {
  added: "MessageNew",
  expunged: "MessageExpunge",
  flags: "FlagChange",
  uidvalidity: "FlagChange",
  created: "MailboxName",
  deleted: "MailboxName",
  renamed: "MailboxName",
  subscribed: "SubscriptionChange",
  unsubscribed: "SubscriptionChange",
};

/** NOTIFY SET and NOTIFY NONE (RFC 5465 §4). */
export function notify(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const verb = input.keyword();
  if (verb === "NONE") {
    input.end();
    session.notifier = undefined;
    return "OK Notify completed.";
  }
  if (verb !== "SET") throw new ImapRefusal("BAD", "Expected SET or NONE");
  const settings = readNotifySettings(session, input);
  session.notifier = toNotifier(session, settings);
  for (const mailbox of settings.wantsStatus ? account.mailboxes() : []) {
    const isSelected = mailbox === session.selected?.mailbox;
    if (!isSelected && eventsOf(settings, mailbox.path, account).has("MessageNew"))
      writeCounts(session, mailbox);
  }
  return "OK Notify completed.";
}

function toNotifier(session: ImapSession, settings: NotifySettings): SessionNotifier {
  const account = session.requireAccount();
  const { selected } = settings;
  let left = session.quirks.notifyOverflowAfter ?? Number.POSITIVE_INFINITY;
  return {
    wants({ path, oldPath = path, type }) {
      return [path, oldPath].some((name) => eventsOf(settings, name, account).has(EVENT_OF[type]));
    },
    tell(change): void {
      if (left === 0) {
        session.notifier = undefined;
        session.untagged("OK [NOTIFICATIONOVERFLOW] Too much has happened, ask for everything.");
      }
      left -= 1;
      if (left >= 0) tellChange(session, change);
    },
    ...(selected && {
      selected: {
        isSilent: !selected.events.has("MessageNew"),
        isDelayed: selected.isDelayed,
        tellsFlags: selected.events.has("FlagChange"),
        tellArrivals(messages): void {
          if (selected.items.length === 0) return;
          for (const message of messages) writeFetchResponse(session, message, selected.items);
        },
      },
    }),
  };
}

/** A name is told by LIST, messages by STATUS (RFC 5465 §5.1 to §5.5). */
function tellChange(session: ImapSession, { type, path, oldPath, mailbox }: MailboxChange): void {
  const account = session.requireAccount();
  if (EVENT_OF[type] === "MailboxName" || EVENT_OF[type] === "SubscriptionChange") {
    const attributes = [
      ...(account.find(path) ? [] : ["\\NonExistent"]),
      ...(type === "subscribed" ? ["\\Subscribed"] : []),
    ];
    const renamed = oldPath === undefined ? "" : ` ("OLDNAME" (${session.encodePath(oldPath)}))`;
    session.untagged(
      `LIST (${attributes.join(" ")}) "${session.delimiter}" ${session.encodePath(path)}${renamed}`,
    );
  } else if (mailbox && mailbox !== session.selected?.mailbox) writeCounts(session, mailbox);
}

/** What a client that is told of a change in another mailbox needs to know (RFC 5465 §5.1 to §5.3). */
function writeCounts(session: ImapSession, mailbox: StoredMailbox): void {
  const items: StatusItem[] = ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"];
  if (session.enabled.has("CONDSTORE")) items.push("HIGHESTMODSEQ");
  writeStatus(session, mailbox, items);
}
