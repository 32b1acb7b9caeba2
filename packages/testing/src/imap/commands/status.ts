import type { StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

const ITEMS = [
  "MESSAGES",
  "RECENT",
  "UIDNEXT",
  "UIDVALIDITY",
  "UNSEEN",
  "DELETED",
  "SIZE",
  "HIGHESTMODSEQ",
  "MAILBOXID",
] as const;

/** What STATUS can tell (RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 8438, RFC 8474 §4.3). */
export type StatusItem = (typeof ITEMS)[number];

/** STATUS. */
export function status(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const path = session.decodePath(input.astring());
  input.space();
  const items = readStatusItems(session, input);
  input.end();
  writeStatus(session, account.mailbox(path), items);
  return "OK Status completed.";
}

/** Reads the parenthesised items; HIGHESTMODSEQ shows that the client knows CONDSTORE. */
export function readStatusItems(session: ImapSession, input: ImapArguments): StatusItem[] {
  return input.list(() => {
    const name = input.keyword();
    const item = ITEMS.find((candidate) => candidate === name);
    if (!item || !isOffered(session, item)) throw new ImapRefusal("BAD", `Unknown status item: ${name}`);
    if (item === "HIGHESTMODSEQ") session.enabled.add("CONDSTORE");
    return item;
  });
}

/** Writes one untagged STATUS. */
export function writeStatus(
  session: ImapSession,
  mailbox: StoredMailbox,
  items: readonly StatusItem[],
): void {
  const { quirks } = session;
  const told = quirks.emptyStatus ? [] : items.filter((item) => item !== "UIDNEXT" || !quirks.omitUidNext);
  const values = told.map((item) => `${item} ${statusValue(session, mailbox, item)}`);
  session.untagged(`STATUS ${session.encodePath(mailbox.path, "STATUS")} (${values.join(" ")})`);
}

function isOffered(session: ImapSession, item: StatusItem): boolean {
  if (item === "RECENT") return !session.isRev2;
  if (item === "HIGHESTMODSEQ") return session.offers("CONDSTORE");
  if (item === "MAILBOXID") return session.offers("OBJECTID");
  if (item === "SIZE" || item === "DELETED") return session.offers("STATUS=SIZE");
  return true;
}

function statusValue(session: ImapSession, mailbox: StoredMailbox, item: StatusItem): string | number {
  const { quirks } = session;
  const count = (flag: string): number =>
    mailbox.messages.reduce((sum, { flags }) => sum + Number(flags.has(flag)), 0);
  switch (item) {
    case "MESSAGES":
      return mailbox.messages.length;
    case "RECENT":
      return mailbox.messages.filter(({ uid }) => uid >= mailbox.firstRecentUid).length;
    case "UIDNEXT":
      return mailbox.uidNext;
    case "UIDVALIDITY":
      return quirks.uidValidity === "zero" ? 0 : mailbox.uidValidity;
    case "UNSEEN":
      return mailbox.messages.length - count("\\Seen");
    case "DELETED":
      return count("\\Deleted");
    case "SIZE":
      return mailbox.sizeBytes;
    case "HIGHESTMODSEQ":
      return quirks.noModseq ? 0 : Math.max(1, mailbox.highestModseq - (quirks.highestModseqLag ?? 0));
    case "MAILBOXID":
      return `(${mailbox.mailboxId})`;
  }
}
