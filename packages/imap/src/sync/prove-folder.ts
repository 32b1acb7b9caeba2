import { fetchRows } from "../fetch/fetch-rows.js";
import { createHeadRow, readHeadRow } from "../fetch/head-row.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import type { UidRanges } from "../wire/uid-ranges.js";
import { atom } from "../wire/wire-argument.js";
import { type CarriedState, replaced } from "./carry-on.js";
import { proofOf } from "./message-proofs.js";
import type { SyncState } from "./sync-state.js";

/** Messages that are looked at again, of the lowest and of the highest UIDs. */
const MAX_ASKED = 8;

/**
 * Finds out by some of its messages whether a folder that has neither UIDVALIDITY nor MAILBOXID is the one that was
 * known: one UID that means another message is enough for a reset. Costs a round trip. Where not one of them has left
 * its UID to another message, nothing tells; but then nothing of the copy is wrong about them either.
 */
export async function proveFolder(
  session: ImapSession,
  mailbox: SelectedMailbox,
  known: SyncState,
  carried: CarriedState,
  signal: AbortSignal | undefined,
): Promise<CarriedState> {
  const { state, resetReason } = carried;
  const isVouchedFor = mailbox.uidValidity !== undefined || mailbox.mailboxId !== undefined;
  if (isVouchedFor || resetReason !== undefined || state.doubts.has("uidvalidity")) return carried;
  if (state.known.isEmpty || mailbox.exists === 0) return carried;
  const asked = state.known.take(MAX_ASKED).union(state.known.take(MAX_ASKED, "newest"));
  const found = await fetchProofs(session, asked, signal);
  const isOther = found.some(([uid, proof]) => (state.proofs.get(uid) ?? proof) !== proof);
  if (isOther) return replaced(known, mailbox, state.account);
  state.proofs.add(found);
  return carried;
}

/** Leaves out a message of which the server gives an envelope that cannot be right. */
async function fetchProofs(
  session: ImapSession,
  asked: UidRanges,
  signal: AbortSignal | undefined,
): Promise<[uid: number, proof: string][]> {
  const items = ["UID", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"].map(atom);
  const rows = await fetchRows(session, asked.toString(), items, { signal, wanted: new Set(asked) });
  return [...rows].flatMap(([uid, row]) => {
    const head = createHeadRow();
    readHeadRow(row, head);
    if (head.isDoubtful !== false) return [];
    return [[uid, proofOf({ ...head, messageId: head.envelope?.messageId })]];
  });
}
