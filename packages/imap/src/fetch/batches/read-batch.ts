import type { ResolvedImapLimits } from "../../imap-limits.js";
import {
  type Describing,
  type Description,
  describeAsTheyCome,
  describeMessages,
} from "../describe-messages.js";
import type { ImapMessage } from "../imap-message.js";
import type { MessageHead } from "../message-items.js";
import { withPreviews } from "../message-previews.js";
import { fetchSources } from "../message-sources.js";
import { fetchTexts } from "../message-texts.js";
import { type BatchBudget, splitByWeight } from "./batch-budget.js";

/** What is to be read, as the first connection found it, and how far that has come. */
export interface Position {
  readonly uids: readonly number[];
  readonly uidValidity: number | undefined;
  /** So many of them have been asked for without their bodies. */
  readonly described: number;
  /** Those of them of which the bodies are still to be read. */
  readonly heads: readonly MessageHead[];
}

/** Where and what a step reads. */
export interface Reading extends Describing {
  readonly limits: ResolvedImapLimits;
  readonly budget: BatchBudget;
}

/** What was read, and how far that has come with it. */
export interface Piece {
  readonly position: Position;
  readonly messages: ImapMessage[];
  readonly missing: readonly number[];
}

/** Reads the next batch and hands it over in pieces. */
export async function readBatch(
  reading: Reading,
  position: Position,
  hand: (piece: Piece) => void,
): Promise<void> {
  const { body = "none", preview = false } = reading.query;
  if (body !== "none" || preview) return await readWhole(reading, position, hand);
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

/** Whole messages are handed over in pieces of so many octets: no more of a batch is kept than has not been taken. */
const PIECE_BYTES = 1024 * 1024;

/** Reads one batch with its bodies. While the last of them come, those after it are asked for: the server goes on without waiting for us. */
async function readWhole(
  reading: Reading,
  { uids, uidValidity, described, heads }: Position,
  hand: (piece: Piece) => void,
): Promise<void> {
  const { query, budget } = reading;
  const now = heads.length > 0 ? undefined : await describe(reading, uids, described);
  const left = now?.heads ?? heads;
  const end = described + (now?.count ?? 0);
  const { count, bytes } = budget.fill(left, weightOf(reading));
  const startedAt = performance.now();
  const pieces = readPieces(reading, left.slice(0, count));
  const isLast = count === left.length && (query.body ?? "none") !== "none";
  // What fails of what is ahead is asked for again when its turn has come, and fails then.
  const ahead = isLast ? describe(reading, uids, end).catch(() => undefined) : undefined;
  let next: Description | undefined;
  let [handed, missing] = [0, now?.missing ?? []];
  let last: readonly ImapMessage[] = [];
  try {
    for (const [index, piece] of pieces.entries()) {
      last = await piece;
      if (index === pieces.length - 1) break;
      handed += last.length;
      const position = { uids, uidValidity, described: end, heads: left.slice(handed) };
      hand({ position, messages: [...last], missing });
      missing = [];
    }
    budget.took(bytes, performance.now() - startedAt);
  } finally {
    // Nobody is lent a session with a command under way.
    await Promise.allSettled(pieces);
    next = await ahead;
  }
  hand({
    position: {
      uids,
      uidValidity,
      described: end + (next?.count ?? 0),
      heads: next?.heads ?? left.slice(count),
    },
    messages: [...last],
    missing: [...missing, ...(next?.missing ?? [])],
  });
}

/** Asks for the bodies of a batch, all at once. */
function readPieces(
  reading: Reading,
  batch: readonly MessageHead[],
): readonly Promise<readonly ImapMessage[]>[] {
  const isSplit = reading.query.body === "full";
  const groups = isSplit ? splitByWeight(batch, sourceBytes, PIECE_BYTES) : [batch];
  const pieces = groups.map((group) => readBodies(reading, group));
  // Each is waited for in its turn; of those behind one that fails nobody hears.
  for (const piece of pieces) piece.catch(() => {});
  return pieces;
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
