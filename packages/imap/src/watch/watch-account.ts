import { isMailError, type MailError, type SyncCursor, sleep, systemClock } from "@mailwright/core";
import { onAbort, roundMs } from "@mailwright/core/internal";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapAccountBatch } from "../sync/account/account-options.js";
import { type AccountSyncOptions, syncAccount } from "../sync/account/sync-account.js";
import { readCursor } from "../sync/read-cursor.js";
import { awaitChange, type ChangedNames } from "./await-change.js";
import { FiguresSeen } from "./figures-seen.js";
import { LASTING_MS, Patience } from "./patience.js";
import type { ResolvedWatchOptions } from "./watch-event.js";

/** What a watch of an account takes. */
export interface WatchedAccount extends Omit<AccountSyncOptions, "signal"> {
  readonly times: ResolvedWatchOptions;
}

/**
 * Syncs an account again whenever something has changed in it, until the signal fires. At most one connection waits, and
 * none while the caller works; each time it begins with a comparison, so that nothing is missed that happened meanwhile.
 */
export async function* watchAccount(
  runner: SessionRunner,
  watched: WatchedAccount,
): AsyncGenerator<ImapAccountBatch, void, undefined> {
  const { folders, times } = watched;
  const release = runner.reserveConnection([...(folders ?? ["INBOX"])].join(", "));
  const ended = new AbortController();
  const stops = [times.signal, runner.closed].map((signal) =>
    onAbort(signal, () => ended.abort(signal.reason)),
  );
  const { signal } = ended;
  const cursors = new Map(watched.cursors);
  const seen = new FiguresSeen();
  const pause = new Pause(runner, signal);
  const patience = new Patience();
  let hasWorked = false;
  let changed: ChangedNames = "all";
  try {
    while (!signal.aborted) {
      try {
        const chosen = changed === "all" ? folders : changed;
        // After the first look changes are few: a second connection would be one more to make anew after each drop.
        const concurrency = hasWorked ? 1 : watched.concurrency;
        const options = { ...watched, folders: chosen, cursors: new Map(cursors), concurrency, signal };
        let isAcknowledged = true;
        for await (const batch of syncAccount(runner, options)) {
          const kept = new KeptBatch(batch, cursors);
          yield kept;
          isAcknowledged &&= kept.isAcknowledged;
        }
        hasWorked = true;
        patience.relieved();
        // What is not acknowledged comes again, and not at once.
        if (!isAcknowledged) await pause.next(undefined);
        changed = "all";
        if (isAcknowledged) changed = await wait(runner, watched, cursors, seen, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isMailError(error) || !patience.bears(error, hasWorked)) throw error;
        changed = "all";
        await pause.next(error).catch(() => {});
      }
    }
  } finally {
    ended.abort();
    for (const stop of stops) stop();
    release();
  }
}

function wait(
  runner: SessionRunner,
  { folders, times }: WatchedAccount,
  cursors: ReadonlyMap<string, SyncCursor>,
  seen: FiguresSeen,
  signal: AbortSignal,
): Promise<ChangedNames> {
  const states = new Map(
    [...cursors].flatMap(([name, cursor]) => {
      const state = readCursor(cursor);
      return state === undefined ? [] : [[name, state] as const];
    }),
  );
  const awaited = { folders, states, seen, times: { ...times, signal } };
  const policy = { ...runner.account.options.retry, attempts: 1, outageMs: 0 };
  return runner.run((session) => awaitChange(runner, session, awaited), { signal, policy });
}

/** Waits longer from failure to failure; begins anew only when a connection has lived for a while. */
class Pause {
  readonly #runner: SessionRunner;
  readonly #signal: AbortSignal;
  #since = performance.now();
  #failures = 0;

  constructor(runner: SessionRunner, signal: AbortSignal) {
    this.#runner = runner;
    this.#signal = signal;
  }

  async next(error: MailError | undefined): Promise<void> {
    const { logger, options } = this.#runner.account;
    this.#failures = performance.now() - this.#since > LASTING_MS ? 1 : this.#failures + 1;
    const delayMs = options.retry.backoff(this.#failures, Math.random);
    const shown = { attempt: this.#failures, delayMs: roundMs(delayMs), code: error?.code };
    logger.info(shown, "The watch of the account goes on");
    await sleep(delayMs, { signal: this.#signal, protocol: "imap", clock: systemClock });
    this.#since = performance.now();
  }
}

/** A batch whose acknowledgement the watch takes note of. */
class KeptBatch implements ImapAccountBatch {
  readonly folder: string;
  readonly events: ImapAccountBatch["events"];
  readonly #batch: ImapAccountBatch;
  readonly #cursors: Map<string, SyncCursor>;
  #isAcknowledged = false;

  constructor(batch: ImapAccountBatch, cursors: Map<string, SyncCursor>) {
    this.folder = batch.folder;
    this.events = batch.events;
    this.#batch = batch;
    this.#cursors = cursors;
  }

  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  get cursor(): ImapAccountBatch["cursor"] {
    return this.#batch.cursor;
  }

  get progress(): ImapAccountBatch["progress"] {
    return this.#batch.progress;
  }

  async acknowledge(): Promise<void> {
    await this.#batch.acknowledge();
    this.#isAcknowledged = true;
    const { cursor } = this.#batch;
    if (cursor === null) this.#cursors.delete(this.folder);
    else this.#cursors.set(this.folder, cursor);
    for (const event of this.events) if (event.type === "folder-renamed") this.#cursors.delete(event.from);
  }
}
