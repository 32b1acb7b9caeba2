import type { Clock } from "../src/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that moves only when told to, and knows every timer that is still set. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  get pending(): number {
    return this.#timers.size;
  }

  /** Due time of the next timer. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), order: ++this.#order, callback };
    if (Number.isFinite(timer.at)) this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves on, running timers in the order they fall due and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    while (await this.step(until));
    this.#now = until;
  }

  /** Moves on to the next timer and runs it; `false` when none is due by then. */
  async step(until = Number.POSITIVE_INFINITY): Promise<boolean> {
    const timer = this.#next();
    if (timer === undefined || timer.at > until) return false;
    this.#timers.delete(timer);
    this.#now = timer.at;
    timer.callback();
    await settle();
    return true;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }
}

/** Lets every promise that can settle without time passing do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
