import type { MoveResult } from "@mailwright/core";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import { notRepeatable } from "../session/not-repeatable.js";
import { type Copied, type CopyRequest, copyMessages } from "./copy.js";
import { deleteMessages } from "./delete-messages.js";

/** A `MoveResult` that also tells what is left at the source. */
export interface ImapMoveResult extends MoveResult {
  /**
   * `false` when messages are at the destination and still at the source: marked `\Deleted`, where the server has neither
   * MOVE nor UIDPLUS; as they were, where it moves from a folder that holds everything (Gmail).
   */
  readonly isSourceRemoved: boolean;
}

/** Moves messages: by MOVE, else by COPY and deletion. A failed COPY leaves the source as it was. */
export async function moveMessages(
  session: ImapSession,
  source: string,
  request: CopyRequest,
): Promise<ImapMoveResult> {
  const { destination, progress, signal } = request;
  if (session.can("MOVE")) {
    const moved = await copyMessages(session, "MOVE", request);
    return serializable({ ...toMoveResult(source, destination, moved), isSourceRemoved: !moved.hasLeft });
  }
  const copied = await copyMessages(session, "COPY", request, progress.begun);
  const removed = await notRepeatable(() => deleteMessages(session, copied.uids, progress, signal));
  return serializable({ ...toMoveResult(source, destination, copied), isSourceRemoved: removed.isExpunged });
}

/** Our shape of what COPYUID told. */
export function toMoveResult(source: string, destination: string, copied: Copied): MoveResult {
  const { uids, inDoubt, uidMap, uidValidity } = copied;
  const where = uidMap.size === 0 ? {} : { uidMap, uidValidity };
  const unknown = inDoubt.length === 0 ? {} : { inDoubt };
  return serializable({ source, destination, uids, ...where, ...unknown });
}
