const FIRST_PROBE_MS = 60_000;
const LAST_PROBE_MS = 900_000;
const FIRST_HOLD_MS = 1_000;
const LAST_HOLD_MS = 60_000;

/**
 * How many connections a server grants one account, learned from its "too many connections": the cap
 * falls to what it did grant, and rises again one at a time, tried once a minute at most and ever more
 * seldom while the answer stays no. An account that gets none at all is left alone for 1 s, 2 s, … 60 s.
 */
export class AdaptiveCap {
  readonly #max: number;
  #value: number;
  #probeMs = FIRST_PROBE_MS;
  #probeAt = 0;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #holds = 0;

  constructor(max: number) {
    this.#max = max;
    this.#value = max;
  }

  get value(): number {
    return this.#value;
  }

  /** From when on one more than `size` connections may be tried; `Infinity` while time alone changes nothing. */
  mayOpenAt(size: number): number {
    if (size < this.#value) return this.#heldUntil;
    if (size > this.#value || this.#value >= this.#max) return Number.POSITIVE_INFINITY;
    return Math.max(this.#probeAt, this.#heldUntil);
  }

  /** One more than `size` is about to be tried. */
  trying(size: number, now: number): void {
    if (size >= this.#value) this.#probeAt = now + this.#probeMs;
  }

  /** The server let in one more; there are `size` now. */
  granted(size: number): void {
    this.#holds = 0;
    this.#value = Math.max(this.#value, Math.min(size, this.#max));
    if (this.#value === this.#max) this.#probeMs = FIRST_PROBE_MS;
  }

  /** The server said "too many" while `others` were open, opening or closing. */
  refused(others: number, now: number, retryAfterMs = 0): void {
    if (others >= this.#value) this.#probeMs = Math.min(LAST_PROBE_MS, this.#probeMs * 2);
    this.#value = Math.max(1, Math.min(this.#value, others));
    this.#probeAt = now + Math.max(this.#probeMs, retryAfterMs);
    const holdMs = others > 0 ? 0 : Math.min(LAST_HOLD_MS, FIRST_HOLD_MS * 2 ** this.#holds++);
    this.#heldUntil = now + Math.max(holdMs, retryAfterMs);
  }

  /** Starts over, as if the server had never complained. */
  forget(): void {
    this.#value = this.#max;
    this.#probeMs = FIRST_PROBE_MS;
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    this.#holds = 0;
  }
}
