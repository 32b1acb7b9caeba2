/** So many slices of so long are kept: an hour. */
const SLICES = 30;
const SLICE_MS = 120_000;
/** The first bound, and each next one twice the one before: 1 ms to half a minute. */
const BOUNDS = Array.from({ length: 16 }, (_, index) => 2 ** index);

/** The latencies of a slice of time; the median and what one in twenty exceeds. */
export interface LatencySlice {
  /** When it begins. */
  readonly at: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

interface Slice {
  readonly number: number;
  readonly counts: Uint32Array;
}

/** How long commands took lately, in slices of two minutes; of a fixed size, however many there are. */
export class LatencyWindow {
  readonly #slices: Slice[] = [];

  add(durationMs: number, nowMs: number): void {
    const number = Math.floor(nowMs / SLICE_MS);
    let slice = this.#slices.at(-1);
    if (slice?.number !== number) {
      slice = { number, counts: new Uint32Array(BOUNDS.length + 1) };
      this.#slices.push(slice);
      if (this.#slices.length > SLICES) this.#slices.shift();
    }
    const place = BOUNDS.findIndex((bound) => durationMs <= bound);
    const index = place === -1 ? BOUNDS.length : place;
    slice.counts[index] = (slice.counts[index] ?? 0) + 1;
  }

  /** The slices of the last hour in which there was something, several windows taken together. */
  static read(windows: readonly LatencyWindow[], nowMs: number): LatencySlice[] {
    const oldest = Math.floor(nowMs / SLICE_MS) - SLICES;
    const sums = new Map<number, number[]>();
    for (const { number, counts } of windows.flatMap((window) => window.#slices)) {
      if (number <= oldest) continue;
      const sum = sums.get(number) ?? Array.from(counts, () => 0);
      counts.forEach((count, index) => {
        sum[index] = (sum[index] ?? 0) + count;
      });
      sums.set(number, sum);
    }
    return [...sums]
      .sort(([one], [other]) => one - other)
      .map(([number, counts]) => ({
        at: new Date(number * SLICE_MS).toISOString(),
        count: counts.reduce((sum, count) => sum + count, 0),
        p50Ms: quantile(counts, 0.5),
        p95Ms: quantile(counts, 0.95),
      }));
  }
}

/** Between the two bounds that it lies between, as if all of those in between were spread evenly. */
function quantile(counts: readonly number[], share: number): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * share;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (below + count >= wanted && count > 0) {
      const from = index === 0 ? 0 : (BOUNDS[index - 1] ?? 0);
      const to = BOUNDS[index] ?? 2 * from;
      return Math.round((from + ((to - from) * (wanted - below)) / count) * 10) / 10;
    }
    below += count;
  }
  return 0;
}
