import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import { numberSet } from "../wire/wire-argument.js";
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
 * Marks messages as deleted and expunges exactly them, where the server can. `marked` is the memory of a
 * deletion that is repeated: what an earlier try has marked and is gone now was deleted, not gone before.
 */
export async function deleteMessages(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
  marked: Set<number> = new Set(),
): Promise<DeleteResult> {
  const stored = await storeFlags(session, uids, { change: "add", flags: ["\\Deleted"], signal });
  for (const uid of stored.updated) marked.add(uid);
  const isExpunged = session.can("UIDPLUS") || session.can("IMAP4rev2");
  if (isExpunged) {
    for (const { set } of splitUidSets(stored.updated)) {
      await session.command("UID EXPUNGE", [numberSet(set)], { signal, phase: "expunge" });
    }
  }
  return { uids: uids.filter((uid) => marked.has(uid)), isExpunged };
}
