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
  const take = (state: SyncState, resetReason?: SyncResetReason): CarriedState => {
    Object.assign(state, { account: account ?? known.account, uidValidity, mailboxId });
    return { state, resetReason };
  };
  if (known.isNew) return take(known.copy());
  // An account may be given another login name: its folders then have the ids that they had.
  const isAnother = known.account !== undefined && account !== undefined && known.account !== account;
  if (isAnother && !isProven) return take(afresh(known), "account-changed");
  if (known.doubts.has("uidvalidity")) return take(known.copy());
  if (known.uidValidity === uidValidity && isAlike) {
    const state = known.copy();
    state.resets = 0;
    return take(state);
  }
  if (known.resets >= MAX_RESETS) {
    const state = known.copy();
    state.doubt("uidvalidity");
    return take(state);
  }
  const state = afresh(known);
  state.resets = known.resets + 1;
  return take(state, "uidvalidity");
}

function afresh({ doubts }: SyncState): SyncState {
  const state = new SyncState();
  state.doubts = doubts;
  return state;
}
