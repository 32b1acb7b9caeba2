import type { OperationOptions } from "@mailwright/core";
import type { SessionRunner } from "../../connection/session-runner.js";
import type { FolderRole } from "../../folders/folder.js";
import { roleOfFolder } from "../../folders/role-of-folder.js";
import type { ImapSession } from "../../session/imap-session.js";
import { requireSameMailbox, type SelectedMailbox } from "../../session/selected-mailbox.js";
import type { ImapMessage, MessagesQuery } from "../imap-message.js";
import { listUids } from "../list-uids.js";
import { unfetchableError } from "../missing-messages.js";
import { PieceQueue } from "../piece-queue.js";
import { BatchBudget } from "./batch-budget.js";
import { type Piece, type Position, readBatch } from "./read-batch.js";

/** How messages are read. */
export interface ReadOptions extends OperationOptions {
  /** The folder that the UIDs are of; rejects with `"conflict"` when it is another by now. @defaultValue as it is found */
  readonly mailbox?: { readonly uidValidity: number | undefined } | undefined;
  /** Sessions that have seen what is to be read. @defaultValue none */
  readonly synced?: WeakSet<ImapSession> | undefined;
}

/**
 * The messages of a folder, in pieces of batches; whoever takes one may empty it. A connection is held only while a batch
 * is being fetched, never while the caller works on it: commands inside the loop work, and leaving it stops the download.
 * What leads to a batch happens on the connection that fetches it: where many accounts share few
 * connections, one that is given back in between is closed for another account, and the next step logs in anew.
 */
export async function* messageBatches(
  runner: SessionRunner,
  folder: string,
  query: MessagesQuery,
  { signal, timeoutMs, mailbox: expected, synced = new WeakSet() }: ReadOptions,
): AsyncGenerator<ImapMessage[], void, undefined> {
  const options = { signal, timeoutMs, synced };
  const { limits } = runner.account.options;
  const budget = new BatchBudget(limits.maxBatchBytes);
  const keptBack: number[] = [];
  let known: Position | undefined;
  let role: FolderRole | undefined;
  const prepare = async (session: ImapSession, signal?: AbortSignal): Promise<void> => {
    role = await roleOfFolder(runner, folder, session, signal);
  };
  do {
    const pieces = new PieceQueue<Piece>();
    const hand = (piece: Piece): void => {
      known = piece.position;
      pieces.push(piece);
    };
    const isFirst = known === undefined;
    const reading = runner.inFolder(
      folder,
      async (session, mailbox, signal) => {
        if (expected !== undefined) requireSameMailbox(mailbox, expected.uidValidity);
        // Begun again on another connection, behind what was handed over.
        const position = known ?? (await begin(session, mailbox, query, signal));
        requireSameMailbox(mailbox, position.uidValidity);
        await readBatch({ session, folder, role, query, limits, budget, signal }, position, hand);
      },
      { ...options, prepare: isFirst ? prepare : undefined },
    );
    reading.then(
      () => pieces.end(),
      (error: unknown) => pieces.fail(error),
    );
    for await (const { messages, missing } of pieces) {
      if (missing.length > 0) {
        if (query.onUnfetchable === undefined) keptBack.push(...missing);
        else query.onUnfetchable({ uids: missing, error: unfetchableError(folder, missing) });
      }
      yield messages;
    }
  } while (hasMore(known));
  if (keptBack.length > 0) throw unfetchableError(folder, keptBack);
}

function hasMore(position: Position | undefined): boolean {
  return position !== undefined && (position.heads.length > 0 || position.described < position.uids.length);
}

async function begin(
  session: ImapSession,
  mailbox: SelectedMailbox,
  query: MessagesQuery,
  signal: AbortSignal | undefined,
): Promise<Position> {
  const uids = await listUids(session, mailbox, query, signal);
  return { uids, uidValidity: mailbox.uidValidity, described: 0, heads: [] };
}
