/** Milliseconds to wait after the given failed attempt (1 for the first). */
export type Backoff = (attempt: number, random: () => number) => number;

/**
 * Exponential back-off with full jitter: a random time between 0 and `baseMs * factor^(attempt-1)`,
 * at most `maxMs`. Spreads clients that failed together.
 */
export function exponentialBackoff(
  options: { readonly baseMs?: number; readonly factor?: number; readonly maxMs?: number } = {},
): Backoff {
  const { baseMs = 500, factor = 2, maxMs = 30_000 } = options;
  return (attempt, random) => random() * Math.min(maxMs, baseMs * factor ** (attempt - 1));
}

/** A fixed list of waits, its last entry repeated: `fixedBackoff([1_000, 5_000, 30_000])`. */
export function fixedBackoff(delaysMs: readonly number[]): Backoff {
  return (attempt) => delaysMs[Math.min(attempt, delaysMs.length) - 1] ?? 0;
}
