import type { Logger } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { WatchEvent, WatchOptions } from "./watch-event.js";

/** A watch that calls back. */
export interface Watch {
  /** Resolves when the watch has ended by `stop()` or the signal; rejects with why it cannot go on. */
  readonly done: Promise<void>;
  /** Ends the watch, and waits for a callback that is under way. */
  stop(): Promise<void>;
}

/**
 * Calls back for each event, one at a time. What a callback throws ends the watch and is the reason of
 * `done`. A failed watch that nobody awaits is no unhandled rejection: it is in the log.
 */
export function startWatch(
  watch: (options: WatchOptions) => AsyncIterable<WatchEvent>,
  logger: Logger,
  listener: (event: WatchEvent) => void | Promise<void>,
  options: WatchOptions,
): Watch {
  const ended = new AbortController();
  const stopListening = onAbort(options.signal, () => ended.abort());
  const run = async (): Promise<void> => {
    try {
      for await (const event of watch({ ...options, signal: ended.signal })) {
        await listener(event);
      }
    } finally {
      stopListening();
    }
  };
  const done = run();
  done.catch((error: unknown) => {
    const message = error instanceof Error ? error.message : "unknown";
    logger.warn({}, `The watch has ended: ${message}`);
  });
  return {
    done,
    async stop() {
      ended.abort();
      await done.catch(() => {});
    },
  };
}
