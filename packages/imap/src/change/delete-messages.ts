import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import { numberSet } from "../wire/wire-argument.js";
import type { ChangeProgress } from "./partial-change-error.js";
import { storeFlags } from "./store-flags.js";

/** What became of messages that were deleted. */
export interface DeleteResult {
  /** Those that are deleted now; messages that were gone before are left out. */
  readonly uids: readonly number[];
  /**
   * `false` when the server has no UIDPLUS: the messages are marked `\Deleted` and still there, because
   * EXPUNGE would also remove what others have marked.
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
    uids,
    { change: "add", flags: ["\\Deleted"], signal },
    { done: begun },
  );
  const isExpunged = session.can("UIDPLUS");
  if (isExpunged) {
    for (const { uids: part, set } of splitUidSets(stored.updated)) {
      await session.command("UID EXPUNGE", [numberSet(set)], { signal, phase: "expunge" });
      for (const uid of part) {
        begun.delete(uid);
        done.add(uid);
      }
    }
  }
  return { uids: uids.filter((uid) => begun.has(uid) || done.has(uid)), isExpunged };
}
