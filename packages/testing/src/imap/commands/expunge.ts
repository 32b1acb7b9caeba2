import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";

/** EXPUNGE, and UID EXPUNGE of a set (RFC 3501 §6.4.3, RFC 4315 §2.1). */
export function expunge(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  let set: ReturnType<ImapArguments["numberSet"]> | undefined;
  if (isUid) {
    input.space();
    set = input.numberSet();
  }
  input.end();
  const selected = session.requireWritable();
  const wanted = set ? session.resolve(set, true).map(({ message }) => message) : selected.messages;
  const deleted = wanted.filter((message) => message.flags.has("\\Deleted"));
  const removed = selected.mailbox.expunge(deleted.map((message) => message.uid));
  const isResyncing = session.enabled.has("QRESYNC") && removed.length > 0;
  // RFC 7162 §3.2.9: the answer carries the new HIGHESTMODSEQ.
  return isResyncing
    ? `OK [HIGHESTMODSEQ ${selected.mailbox.highestModseq}] Expunge completed.`
    : "OK Expunge completed.";
}

/** CLOSE removes deleted messages without a word and leaves the mailbox (RFC 3501 §6.4.2). */
export function closeMailbox(session: ImapSession, input: ImapArguments): string {
  input.end();
  const { mailbox, messages, isReadOnly } = session.requireSelected();
  const deleted = messages.filter((message) => message.flags.has("\\Deleted"));
  if (!isReadOnly) mailbox.expunge(deleted.map((message) => message.uid));
  session.unselect();
  return "OK Close completed.";
}

/** UNSELECT leaves the mailbox and removes nothing (RFC 3691). */
export function unselect(session: ImapSession, input: ImapArguments): string {
  input.end();
  session.requireSelected();
  session.unselect();
  return "OK Unselect completed.";
}
