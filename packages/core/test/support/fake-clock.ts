import type { Clock } from "../../src/time/clock.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/** A clock that moves only when told to, and knows every timer that is still set. */
export class FakeClock implements Clock {
  #now = 0;
  #order = 0;
  #pending = 0;
  /** A binary heap, soonest first; timers that were cancelled leave it when their turn comes. */
  readonly #heap: Timer[] = [];

  /** Timers that are set. */
  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const at = this.#now + Math.max(0, delayMs);
    const timer: Timer = { at, order: ++this.#order, callback, isCancelled: false };
    if (Number.isFinite(at)) this.#push(timer);
    else timer.isCancelled = true;
    return () => {
      if (!timer.isCancelled) this.#pending -= 1;
      timer.isCancelled = true;
    };
  }

  /** Moves on, running timers in the order they fall due and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    while (await this.step(until));
    this.#now = until;
  }

  /** Moves on to the next timer and runs it; `false` when none is due by then. */
  async step(until: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    while (this.#heap[0]?.isCancelled === true) this.#pop();
    const [timer] = this.#heap;
    if (timer === undefined || timer.at > until) return false;
    this.#pop();
    timer.isCancelled = true;
    this.#pending -= 1;
    this.#now = timer.at;
    timer.callback();
    await settle();
    return true;
  }

  #push(timer: Timer): void {
    this.#pending += 1;
    let index = this.#heap.push(timer) - 1;
    for (;;) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (index === 0 || parent === undefined || isBefore(parent, timer)) break;
      this.#heap[index] = parent;
      index = above;
    }
    this.#heap[index] = timer;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * index + 1], this.#heap[2 * index + 2]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || isBefore(last, child)) break;
      this.#heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    this.#heap[index] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Lets every promise that can settle without time passing do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
