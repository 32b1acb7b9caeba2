/** Part of the interval within which grants are remembered as one, so that memory stays bounded. */
const GRAIN = 1_000;

/** What was granted within the last interval. */
export class RateWindow {
  readonly #intervalMs: number;
  /** Oldest first. */
  readonly #granted: { from: number; until: number; count: number }[] = [];
  #count = 0;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** When `count` more fit under the limit, or the oldest grants at least are over; `now` when they fit. */
  readyAt(count: number, limit: number, now: number): number {
    this.#forget(now);
    const oldest = this.#granted[0];
    return oldest !== undefined && this.#count + count > limit ? oldest.until : now;
  }

  add(count: number, now: number): void {
    const last = this.#granted.at(-1);
    this.#count += count;
    if (last !== undefined && now - last.from < this.#intervalMs / GRAIN) {
      last.until = now + this.#intervalMs;
      last.count += count;
    } else {
      this.#granted.push({ from: now, until: now + this.#intervalMs, count });
    }
  }

  #forget(now: number): void {
    let gone = 0;
    for (const { until, count } of this.#granted) {
      if (until > now) break;
      this.#count -= count;
      gone += 1;
    }
    if (gone > 0) this.#granted.splice(0, gone);
  }
}
