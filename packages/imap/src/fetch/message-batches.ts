import type { OperationOptions } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import type { FolderRole } from "../folders/folder.js";
import { roleOfFolder } from "../folders/role-of-folder.js";
import type { ResolvedImapLimits } from "../imap-limits.js";
import type { ImapSession } from "../session/imap-session.js";
import { requireSameMailbox, type SelectedMailbox } from "../session/selected-mailbox.js";
import { BatchBudget } from "./batch-budget.js";
import {
  type Describing,
  type Description,
  describeAsTheyCome,
  describeMessages,
} from "./describe-messages.js";
import type { ImapMessage, MessagesQuery } from "./imap-message.js";
import { listUids } from "./list-uids.js";
import type { MessageHead } from "./message-items.js";
import { withPreviews } from "./message-previews.js";
import { fetchSources } from "./message-sources.js";
import { fetchTexts } from "./message-texts.js";
import { unfetchableError } from "./missing-messages.js";
import { PieceQueue } from "./piece-queue.js";

/** How messages are read. */
export interface ReadOptions extends OperationOptions {
  /** The folder that the UIDs are of; rejects with `"conflict"` when it is another by now. @defaultValue as it is found */
  readonly mailbox?: { readonly uidValidity: number | undefined } | undefined;
  /** Sessions that have seen what is to be read. @defaultValue none */
  readonly synced?: WeakSet<ImapSession> | undefined;
}

/** What is to be read, as the first connection found it, and how far that has come. */
interface Position {
  readonly uids: readonly number[];
  readonly uidValidity: number | undefined;
  /** So many of them have been asked for without their bodies. */
  readonly described: number;
  /** Those of them of which the bodies are still to be read. */
  readonly heads: readonly MessageHead[];
}

/** Where and what a step reads. */
interface Reading extends Describing {
  readonly limits: ResolvedImapLimits;
  readonly budget: BatchBudget;
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
        await readOn({ session, folder, role, query, limits, budget, signal }, position, hand);
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

/** What was read, and how far that has come with it. */
interface Piece {
  readonly position: Position;
  readonly messages: ImapMessage[];
  readonly missing: readonly number[];
}

/** Reads one batch. */
async function readOn(reading: Reading, position: Position, hand: (piece: Piece) => void): Promise<void> {
  const { body = "none", preview = false } = reading.query;
  if (body !== "none" || preview) return hand(await readWhole(reading, position));
  const { uids, uidValidity } = position;
  let { described } = position;
  const batch = uids.slice(described, described + reading.limits.maxBatchMessages);
  if (batch.length === 0) return hand({ position, messages: [], missing: [] });
  await describeAsTheyCome(reading, batch, ({ count, heads, missing }) => {
    described += count;
    const messages = heads.map(({ message }) => message);
    hand({ position: { uids, uidValidity, described, heads: [] }, messages, missing });
  });
}

/** Reads one batch with its bodies. While the last of them come, those after it are asked for: the server goes on without waiting for us. */
async function readWhole(
  reading: Reading,
  { uids, uidValidity, described, heads }: Position,
): Promise<Piece> {
  const now = heads.length > 0 ? undefined : await describe(reading, uids, described);
  const left = now?.heads ?? heads;
  const end = described + (now?.count ?? 0);
  const { count, bytes } = reading.budget.fill(left, weightOf(reading));
  const rest = left.slice(count);
  const startedAt = performance.now();
  const bodies = readBodies(reading, left.slice(0, count));
  const isLast = rest.length === 0 && (reading.query.body ?? "none") !== "none";
  // What fails of what is ahead is asked for again when its turn has come, and fails then.
  const ahead = isLast ? describe(reading, uids, end).catch(() => undefined) : undefined;
  let next: Description | undefined;
  let messages: readonly ImapMessage[] = [];
  try {
    messages = await bodies;
    reading.budget.took(bytes, performance.now() - startedAt);
  } finally {
    // Nobody is lent a session with a command under way.
    next = await ahead;
  }
  return {
    position: { uids, uidValidity, described: end + (next?.count ?? 0), heads: next?.heads ?? rest },
    messages: [...messages],
    missing: [...(now?.missing ?? []), ...(next?.missing ?? [])],
  };
}

async function describe(reading: Reading, all: readonly number[], start: number): Promise<Description> {
  const uids = all.slice(start, start + reading.limits.maxBatchMessages);
  return uids.length === 0 ? { count: 0, heads: [], missing: [] } : describeMessages(reading, uids);
}

/** What the body of a message costs to fetch. */
function weightOf({ query: { body = "none" }, limits }: Reading): (head: MessageHead) => number {
  if (body === "none") return () => 0;
  return body === "full" ? sourceBytes : (head) => textBytes(head, limits.maxTextBytes);
}

async function readBodies(
  { session, query: { body = "none", preview = false }, limits, signal }: Reading,
  group: readonly MessageHead[],
): Promise<readonly ImapMessage[]> {
  if (group.length === 0) return [];
  const fetch = body === "full" ? fetchSources : fetchTexts;
  const messages =
    body === "none" ? group.map(({ message }) => message) : await fetch(session, group, limits, signal);
  return preview ? withPreviews(session, group, messages, limits, signal) : messages;
}

const sourceBytes = (head: MessageHead): number => head.message.sizeBytes;

function textBytes({ textParts }: MessageHead, most: number): number {
  return textParts.reduce((sum, part) => sum + Math.min(part.encodedBytes, most), 0);
}
