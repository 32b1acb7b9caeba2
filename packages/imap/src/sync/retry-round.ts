import { UidRanges } from "../wire/uid-ranges.js";
import type { FolderLook } from "./folder-look.js";

/** Withheld messages that one run tries again. */
const MAX_RETRIED = 100;

/** Which withheld messages one run tries again. */
export interface RetryRound {
  readonly uids: UidRanges;
  /** The next run goes on behind it; `undefined` where all have their turn in each run. */
  readonly triedTo: number | undefined;
}

/** Goes round the messages that the server does not give, so that each has its turn, however many stay withheld. */
export function retryRound({ gone, state }: FolderLook): RetryRound {
  const withheld = state.withheld.minus(gone);
  if (withheld.count <= MAX_RETRIED) return { uids: withheld, triedTo: undefined };
  const ahead = withheld.minus(UidRanges.between(1, state.triedTo ?? 0)).take(MAX_RETRIED);
  const again = withheld.take(MAX_RETRIED - ahead.count);
  return { uids: ahead.union(again), triedTo: (again.isEmpty ? ahead : again).last };
}
