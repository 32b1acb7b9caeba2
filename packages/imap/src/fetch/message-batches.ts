import type { OperationOptions } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import type { FolderRole } from "../folders/folder.js";
import { roleOfFolder } from "../folders/role-of-folder.js";
import type { ResolvedImapLimits } from "../imap-limits.js";
import type { ImapSession } from "../session/imap-session.js";
import { requireSameMailbox, type SelectedMailbox } from "../session/selected-mailbox.js";
import { BatchBudget } from "./batch-budget.js";
import { fetchHeads } from "./fetch-heads.js";
import type { ImapMessage, MessagesQuery } from "./imap-message.js";
import { listUids } from "./list-uids.js";
import { type MessageHead, toMessageHead } from "./message-items.js";
import { withPreviews } from "./message-previews.js";
import { fetchSources } from "./message-sources.js";
import { fetchTexts } from "./message-texts.js";
import { unfetchableError } from "./missing-messages.js";

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
interface Reading {
  readonly session: ImapSession;
  readonly folder: string;
  readonly role: FolderRole | undefined;
  readonly query: MessagesQuery;
  readonly limits: ResolvedImapLimits;
  readonly budget: BatchBudget;
  readonly signal: AbortSignal | undefined;
}

/**
 * The messages of a folder, batch by batch; whoever takes a batch may empty it. A connection is held only while a batch
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
    const earlier: Position | undefined = known;
    const step = await runner.inFolder(
      folder,
      async (session, mailbox, signal) => {
        if (expected !== undefined) requireSameMailbox(mailbox, expected.uidValidity);
        const position = earlier ?? (await begin(session, mailbox, query, signal));
        requireSameMailbox(mailbox, position.uidValidity);
        return readOn({ session, folder, role, query, limits, budget, signal }, position);
      },
      { ...options, prepare: earlier === undefined ? prepare : undefined },
    );
    known = step.position;
    if (step.missing.length > 0) {
      if (query.onUnfetchable === undefined) keptBack.push(...step.missing);
      else query.onUnfetchable({ uids: step.missing, error: unfetchableError(folder, step.missing) });
    }
    yield step.messages;
  } while (known.heads.length > 0 || known.described < known.uids.length);
  if (keptBack.length > 0) throw unfetchableError(folder, keptBack);
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

interface Step {
  readonly position: Position;
  readonly messages: ImapMessage[];
  readonly missing: readonly number[];
}

/** Reads one batch. While the bodies of the last come, those after it are asked for: the server goes on without waiting for us. */
async function readOn(reading: Reading, { uids, uidValidity, described, heads }: Position): Promise<Step> {
  const now = heads.length > 0 ? undefined : await describe(reading, uids, described);
  const left = now?.heads ?? heads;
  const end = now?.described ?? described;
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
    position: { uids, uidValidity, described: next?.described ?? end, heads: next?.heads ?? rest },
    messages: [...messages],
    missing: [...(now?.missing ?? []), ...(next?.missing ?? [])],
  };
}

/** Messages without their bodies. */
interface Description {
  readonly described: number;
  readonly heads: readonly MessageHead[];
  readonly missing: readonly number[];
}

async function describe(
  { session, folder, role, query, limits, signal }: Reading,
  all: readonly number[],
  start: number,
): Promise<Description> {
  const uids = all.slice(start, start + limits.maxBatchMessages);
  const described = start + uids.length;
  if (uids.length === 0) return { described, heads: [], missing: [] };
  const { rows, unfetchable: missing } = await fetchHeads(session, uids, query, signal);
  const heads = uids.flatMap((uid) => {
    const row = rows.get(uid);
    return row === undefined ? [] : [toMessageHead(uid, row, folder, role, query)];
  });
  return { described, heads, missing };
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
