import { onAbort } from "@mailwright/core/internal";
import type { SessionRunner } from "../connection/session-runner.js";
import { keepWatching } from "./keep-watching.js";
import { resolveWatchOptions, type WatchEvent, type WatchOptions } from "./watch-event.js";

/**
 * Watches one folder until the signal fires. Holds one connection for it, connects again with back-off
 * when that ends, and then tells of the messages that came meanwhile. Rejects only with what no new
 * connection can mend, such as `"authentication"` or `"not-found"`, and at once with `"limit"` when it would take
 * the last connection that the account may have.
 */
export async function* watchFolder(
  runner: SessionRunner,
  folder: string,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const { signal: given, ...times } = resolveWatchOptions(options);
  const release = runner.reserveConnection(folder);
  const ended = new AbortController();
  const stops = [given, runner.closed].map((signal) => onAbort(signal, () => ended.abort(signal?.reason)));
  const queue: WatchEvent[] = [];
  let wake = (): void => {};
  let failure: unknown;
  const emit = (event: WatchEvent): void => {
    enqueue(queue, event);
    wake();
  };
  const running = keepWatching(runner, folder, { ...times, signal: ended.signal }, emit)
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
    release();
  }
  if (failure !== undefined) throw failure;
}

const MAX_QUEUE = 1_000;

/** A consumer that is slow gets one "look anew" in place of what it has not taken. */
function enqueue(queue: WatchEvent[], event: WatchEvent): void {
  if (queue.length >= MAX_QUEUE) {
    const counts = [...queue, event].flatMap((each) => ("totalCount" in each ? each.totalCount : []));
    const totalCount = counts.at(-1) ?? 0;
    queue.splice(0, queue.length, { type: "reset", folder: event.folder, reason: "overflow", totalCount });
  } else queue.push(event);
}
