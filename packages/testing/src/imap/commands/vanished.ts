import type { StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import { formatNumberSet, type NumberSet, resolveNumberSet } from "../syntax/number-set.js";

/**
 * Writes VANISHED (EARLIER): what was removed after a modification sequence, of the UIDs that the
 * client asked about, or of all (RFC 7162 §3.2.10.1). Nothing for nothing.
 */
export function writeVanishedEarlier(
  session: ImapSession,
  mailbox: StoredMailbox,
  since: number,
  asked: NumberSet | undefined,
): void {
  const { vanishedEarlier, malformedVanished } = session.quirks;
  const last = mailbox.uidNext - 1;
  const ranges = asked === undefined || asked === "saved" ? [] : resolveNumberSet(asked, last);
  const isAsked = (uid: number): boolean =>
    asked === undefined || ranges.some(([from, to]) => uid >= from && uid <= to);
  const uids = vanishedEarlier ? listMissing(mailbox) : listRemoved(mailbox, since);
  const gone = formatNumberSet(uids.filter(isAsked));
  const set = vanishedEarlier === "open" ? [gone, `${mailbox.uidNext}:*`].filter(Boolean).join(",") : gone;
  if (set !== "") session.untagged(`VANISHED (EARLIER) ${set}${malformedVanished ? "," : ""}`);
}

function listRemoved({ expunged }: StoredMailbox, since: number): number[] {
  const removed = expunged.filter(({ modseq }) => modseq > since).map(({ uid }) => uid);
  return removed.sort((a, b) => a - b);
}

function listMissing(mailbox: StoredMailbox): number[] {
  const present = new Set(mailbox.messages.map(({ uid }) => uid));
  const all = Array.from({ length: mailbox.uidNext - 1 }, (_, index) => index + 1);
  return all.filter((uid) => !present.has(uid));
}
