import { isMailError, type MailError, type RetryPolicy, sleep, systemClock } from "@mailwright/core";
import { onAbort, roundMs } from "@mailwright/core/internal";
import type { ImapConnections } from "../connection/session-runner.js";
import { fetchRows } from "../fetch/fetch-rows.js";
import { runSearch } from "../search/run-search.js";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import { refreshMailbox, type SelectedMailbox } from "../session/selected-mailbox.js";
import { formatUidSet } from "../wire/uid-set.js";
import { textsOf } from "../wire/wire-node.js";
import { FolderChanges } from "./folder-changes.js";
import { idleOnce } from "./idle.js";
import type { WatchEvent, WatchOptions } from "./watch-event.js";

/** Where a watcher stands, so that it can go on after a gap. */
interface Position {
  uidValidity: number | undefined;
  lastUid: number;
}

/**
 * Watches one folder until the signal fires. Holds one connection for it, connects again with back-off
 * when that ends, and then tells of the messages that came meanwhile. Rejects only with what no new
 * connection can mend, such as `"authentication"` or `"not-found"`, and at once with `"limit"` when it would take
 * the last connection that the account may have.
 */
export async function* watchFolder(
  connections: ImapConnections,
  folder: string,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const leave = connections.takeWatchPlace(folder);
  const ended = new AbortController();
  const stops = [options.signal, connections.closed].map((signal) =>
    onAbort(signal, () => ended.abort(signal?.reason)),
  );
  const queue: WatchEvent[] = [];
  let wake = (): void => {};
  let failure: unknown;
  const emit = (event: WatchEvent): void => {
    enqueue(queue, event);
    wake();
  };
  const running = keepWatching(connections, folder, { ...options, signal: ended.signal }, emit)
    .catch((error: unknown) => {
      if (!ended.signal.aborted) failure = error;
    })
    .finally(() => {
      ended.abort();
      wake();
    });
  try {
    for (;;) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else if (ended.signal.aborted) break;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    ended.abort();
    for (const stop of stops) stop();
    await running;
    leave();
  }
  if (failure !== undefined) throw failure;
}

const MAX_QUEUE = 1_000;

/** A consumer that is slow gets one "look anew" in place of what it has not taken. */
function enqueue(queue: WatchEvent[], event: WatchEvent): void {
  if (queue.length >= MAX_QUEUE) {
    const totalCount = "totalCount" in event ? event.totalCount : 0;
    queue.splice(0, queue.length, { type: "reset", folder: event.folder, reason: "overflow", totalCount });
  } else queue.push(event);
}

async function keepWatching(
  connections: ImapConnections,
  folder: string,
  options: WatchOptions & { readonly signal: AbortSignal },
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { options: resolved, logger } = connections.account;
  const { retry } = resolved;
  const position: Position = { uidValidity: undefined, lastUid: -1 };
  let failures = 0;
  let gap: MailError | undefined;
  for (;;) {
    const since = performance.now();
    try {
      const once: RetryPolicy = { ...retry, attempts: 1 };
      await connections.inFolder(
        folder,
        async (session, mailbox) => {
          // Listens before it catches up: what comes in between is not missed.
          const changes = new FolderChanges(mailbox.exists);
          const stop = session.events.onUnsolicited((name, response) => changes.take(name, response));
          try {
            await catchUp(session, mailbox, position, gap, emit, options.signal);
            if (gap !== undefined) logger.info({ folder, code: gap.code }, "The watch goes on");
            gap = undefined;
            failures = 0;
            await watchOn(session, mailbox, changes, position, options, emit);
          } finally {
            stop();
          }
        },
        { signal: options.signal, policy: once },
      );
    } catch (error) {
      if (options.signal.aborted) return;
      if (!isMailError(error) || !isPassing(error)) throw error;
      gap = error;
    }
    if (options.signal.aborted) return;
    failures = performance.now() - since > 60_000 ? 1 : failures + 1;
    const delayMs = retry.backoff(failures, Math.random);
    logger.info({ folder, attempt: failures, delayMs: roundMs(delayMs), code: gap?.code }, "trying again");
    await sleep(delayMs, {
      signal: options.signal,
      protocol: "imap",
      clock: systemClock,
    });
  }
}

/** What a new connection may mend. */
function isPassing(error: MailError): boolean {
  if (error.code === "authentication" || error.code === "forbidden" || error.code === "tls") return false;
  return error.retryable || error.connectionBroken;
}

/** After (re)opening the folder: what came since the position, or that the position is void. */
async function catchUp(
  session: ImapSession,
  mailbox: SelectedMailbox,
  position: Position,
  gap: MailError | undefined,
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const totalCount = mailbox.exists;
  const isFirst = position.lastUid < 0;
  if (!isFirst && position.uidValidity !== mailbox.uidValidity) {
    position.lastUid = -1;
    emit({ type: "reset", folder: mailbox.path, reason: "uidvalidity", totalCount });
  } else if (!isFirst && gap !== undefined) {
    emit({ type: "resumed", folder: mailbox.path, totalCount, error: gap });
  }
  position.uidValidity = mailbox.uidValidity;
  if (position.lastUid >= 0) return announceAdded(session, mailbox, position, emit, signal);
  position.lastUid =
    mailbox.uidNext === undefined || !mailbox.isFresh
      ? await highestUid(session, mailbox, signal)
      : mailbox.uidNext - 1;
  if (isFirst) emit({ type: "started", folder: mailbox.path, totalCount });
}

async function watchOn(
  session: ImapSession,
  opened: SelectedMailbox,
  changes: FolderChanges,
  position: Position,
  options: WatchOptions & { readonly signal: AbortSignal },
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { signal } = options;
  let mailbox = opened;
  while (!signal.aborted) {
    if (changes.isEmpty) await idleOnce(session, changes, options);
    if (signal.aborted) return;
    const { grew, removed, flagged, overflowed } = changes.drain();
    const { path: folder } = mailbox;
    if (overflowed) emit({ type: "reset", folder, reason: "overflow", totalCount: changes.exists });
    if (flagged.length > 0 && !overflowed) await announceFlags(session, mailbox, flagged, emit, signal);
    if (grew) await announceAdded(session, mailbox, position, emit, signal);
    if (removed > 0) emit({ type: "removed", folder, count: removed, totalCount: changes.exists });
    if (changes.exists === 0) {
      // Others may have deleted the mailbox; where there is nothing, opening it again misses nothing.
      mailbox = await refreshMailbox(session, mailbox, signal);
      changes.exists = mailbox.exists;
      await catchUp(session, mailbox, position, undefined, emit, signal);
    }
  }
}

async function announceAdded(
  session: ImapSession,
  mailbox: SelectedMailbox,
  position: Position,
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (mailbox.exists === 0) return;
  const range = { type: "SEQUENCE", value: `${position.lastUid + 1}:*` } as const;
  const found = await runSearch(session, mailbox, [{ type: "ATOM", value: "UID" }, range], { signal });
  const uids = found.filter((uid) => uid > position.lastUid);
  if (uids.length === 0) return;
  position.lastUid = Math.max(...uids.slice(-1));
  emit({ type: "added", folder: mailbox.path, uids, totalCount: mailbox.exists });
}

/** Sequence numbers hold until the next command but FETCH, STORE or SEARCH (RFC 9051 §7.5.1). */
async function announceFlags(
  session: ImapSession,
  mailbox: SelectedMailbox,
  sequences: readonly number[],
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const items = [{ type: "ATOM", value: "UID" } as const, { type: "ATOM", value: "FLAGS" } as const];
  const rows = await fetchRows(session, formatUidSet(sequences), items, { signal, bySequence: true });
  const changes = [...rows].map(([uid, row]) =>
    serializable({ uid, flags: new Set(textsOf(row.get("FLAGS"))) }),
  );
  if (changes.length > 0) emit({ type: "flags", folder: mailbox.path, changes });
}

async function highestUid(
  session: ImapSession,
  mailbox: SelectedMailbox,
  signal: AbortSignal,
): Promise<number> {
  if (mailbox.exists === 0) return 0;
  const rows = await fetchRows(session, `${mailbox.exists}`, [{ type: "ATOM", value: "UID" }], {
    signal,
    bySequence: true,
  });
  return Math.max(0, ...rows.keys());
}
