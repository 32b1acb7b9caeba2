import { UidRanges } from "../wire/uid-ranges.js";
import type { FlagRow } from "./flag-row.js";
import type { ToldChanges } from "./open-folder.js";
import type { SyncState } from "./sync-state.js";

/** How the flags of known messages are brought up to date. */
export type FlagsPlan =
  /** They are. */
  | { readonly kind: "none" }
  /** By what the server told at SELECT. */
  | { readonly kind: "told"; readonly rows: readonly FlagRow[] }
  /** By CHANGEDSINCE; `told` has the messages of which the server had told by itself, if it was to. */
  | { readonly kind: "since"; readonly modseq: bigint; readonly told: UidRanges | undefined }
  /** By fetching all, and comparing digests. */
  | { readonly kind: "scan" };

/** Decides it for a folder that is at this MODSEQ now; without one only a comparison tells. */
export function planFlags(
  state: SyncState,
  modseq: bigint | undefined,
  told: ToldChanges | undefined,
): FlagsPlan {
  if (state.known.isEmpty) return { kind: "none" };
  if (modseq === undefined || state.modseq === undefined) return { kind: "scan" };
  if (modseq === state.modseq) return { kind: "none" };
  if (told === undefined) return { kind: "since", modseq: state.modseq, told: undefined };
  const rows = [...told.rows.values()].sort((a, b) => a.uid - b.uid);
  const highest = rows.reduce(
    (most, row) => (row.modseq !== undefined && row.modseq > most ? row.modseq : most),
    0n,
  );
  // A rise that no message explains is a removal, or something that the server has kept to itself.
  if (highest >= modseq && !told.hasOverflowed) return { kind: "told", rows };
  const uids = told.hasOverflowed ? undefined : UidRanges.of(told.rows.keys());
  return { kind: "since", modseq: state.modseq, told: uids };
}
