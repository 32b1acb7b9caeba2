import type { SyncResetReason } from "@mailwright/core";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { SyncState } from "./sync-state.js";

/** A folder that had another UIDVALIDITY so often in a row has one that means nothing: else it would be read for ever. */
const MAX_RESETS = 5;

/** What of a cursor holds for a folder as it was found. */
export interface CarriedState {
  readonly state: SyncState;
  readonly resetReason: SyncResetReason | undefined;
}

/** Finds out whether the folder is the one that the cursor is of. `account` is a digest of the user, if that is known. */
export function carryOn(
  known: SyncState,
  mailbox: SelectedMailbox,
  account: string | undefined,
): CarriedState {
  const { uidValidity, mailboxId } = mailbox;
  const isAlike = known.mailboxId === undefined || mailboxId === undefined || known.mailboxId === mailboxId;
  const isProven = isAlike && known.mailboxId !== undefined && mailboxId !== undefined;
  const goOn = (): CarriedState => ({
    state: marked(known.copy(), mailbox, account),
    resetReason: undefined,
  });
  if (known.isNew) return goOn();
  // An account may be given another login name: its folders then have the ids that they had.
  const isAnother = known.account !== undefined && account !== undefined && known.account !== account;
  if (isAnother && !isProven)
    return { state: marked(afresh(known), mailbox, account), resetReason: "account-changed" };
  if (known.doubts.has("uidvalidity")) return goOn();
  if (known.uidValidity !== uidValidity || !isAlike) return replaced(known, mailbox, account);
  const carried = goOn();
  carried.state.resets = 0;
  return carried;
}

/** What holds for a folder that is another than the one that was known: nothing, but after too many of these all. */
export function replaced(
  known: SyncState,
  mailbox: SelectedMailbox,
  account: string | undefined,
): CarriedState {
  if (known.resets >= MAX_RESETS) {
    const state = marked(known.copy(), mailbox, account);
    state.doubt("uidvalidity");
    return { state, resetReason: undefined };
  }
  const state = marked(afresh(known), mailbox, account);
  state.resets = known.resets + 1;
  return { state, resetReason: "uidvalidity" };
}

/** Has a state say which folder of whom it is about. */
function marked(
  state: SyncState,
  { uidValidity, mailboxId }: SelectedMailbox,
  account: string | undefined,
): SyncState {
  return Object.assign(state, { account: account ?? state.account, uidValidity, mailboxId });
}

function afresh({ account, doubts }: SyncState): SyncState {
  return Object.assign(new SyncState(), { account, doubts });
}
