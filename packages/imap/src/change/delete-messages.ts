import { certainUids, existingUids } from "../fetch/existing-uids.js";
import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import { numberSet } from "../wire/wire-argument.js";
import type { ChangeProgress } from "./partial-change-error.js";
import { RemovalCount } from "./removal-count.js";
import { storeFlags } from "./store-flags.js";

/** What became of messages that were deleted. */
export interface DeleteResult {
  /** Those that are deleted now; messages that were gone before are left out. */
  readonly uids: readonly number[];
  /**
   * `false` when messages are marked `\Deleted` and still there: where the server has no UIDPLUS, because EXPUNGE would also
   * remove what others have marked, or where it agrees to expunge them and does not.
   */
  readonly isExpunged: boolean;
}

/**
 * Marks messages as deleted and expunges exactly them, where the server can. The progress is the memory of a
 * deletion that is repeated: what an earlier try has marked and is gone now was deleted, not gone before.
 */
export async function deleteMessages(
  session: ImapSession,
  uids: readonly number[],
  progress: ChangeProgress,
  signal?: AbortSignal,
): Promise<DeleteResult> {
  const { done, begun } = progress;
  const stored = await storeFlags(
    session,
    await certainUids(session, uids, signal),
    { change: "add", flags: ["\\Deleted"], signal },
    { done: begun },
  );
  let isExpunged = session.can("UIDPLUS");
  for (const part of isExpunged ? splitUidSets(stored.updated) : []) {
    const left = new Set(await expunge(session, part, signal));
    if (left.size > 0) isExpunged = false;
    for (const uid of part.uids) {
      if (left.has(uid)) continue;
      begun.delete(uid);
      done.add(uid);
    }
  }
  return { uids: uids.filter((uid) => begun.has(uid) || done.has(uid)), isExpunged };
}

/** Expunges these messages; answers with those that are still there. */
async function expunge(
  session: ImapSession,
  { uids, set }: { readonly uids: readonly number[]; readonly set: string },
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const removals = new RemovalCount(session);
  try {
    await session.command("UID EXPUNGE", [numberSet(set)], { signal, phase: "expunge" });
  } finally {
    removals.stop();
  }
  return removals.count >= uids.length ? [] : existingUids(session, uids, signal);
}
