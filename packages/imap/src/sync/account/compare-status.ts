import type { FolderStatus } from "../../folders/folder.js";
import type { SyncState } from "../sync-state.js";

/** The figures of a folder that tell whether it has changed. */
export type FolderFigures = Pick<
  FolderStatus,
  "totalCount" | "uidValidity" | "uidNext" | "highestModseq" | "mailboxId"
>;

/**
 * Whether the figures prove that nothing has happened since: only MODSEQs tell of flags, and a state has none of a folder
 * without a UIDVALIDITY.
 */
export function isUnchanged(figures: FolderFigures, state: SyncState): boolean {
  const { highestModseq, uidNext, totalCount } = figures;
  if (highestModseq === undefined || uidNext === undefined || totalCount === undefined) return false;
  if (state.modseq === undefined || state.pass !== undefined) return false;
  return state.doubts.size === 0 && state.withheld.isEmpty && !isDifferent(figures, state);
}

/** Whether the figures prove that something has happened since. */
export function isDifferent(figures: FolderFigures, state: SyncState): boolean {
  const { uidValidity, uidNext, totalCount, highestModseq, mailboxId } = figures;
  return (
    uidValidity !== state.uidValidity ||
    differs(mailboxId, state.mailboxId) ||
    differs(uidNext, state.uidNext) ||
    differs(highestModseq, state.modseq) ||
    differs(totalCount, state.listed.count)
  );
}

function differs<T>(now: T | undefined, then: T | undefined): boolean {
  return now !== undefined && then !== undefined && now !== then;
}
