/** Time as the pool, retries and deadlines see it, so that tests can own it. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;
  /** Calls back once after `delayMs`; the answer cancels. Only timers with `keepAlive` hold the process. */
  schedule(delayMs: number, callback: () => void, options?: { readonly keepAlive?: boolean }): () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of this process: monotonic, apart from changes of the wall clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delayMs, callback, options) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    if (options?.keepAlive !== true) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Milliseconds to a tenth, as logs and results show them. */
export function roundMs(durationMs: number): number {
  return Math.round(durationMs * 10) / 10;
}
