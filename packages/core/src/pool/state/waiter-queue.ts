import type { MailError } from "../../errors/mail-error.js";
import { LinkedList } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import { acquireTimeout } from "./pool-error.js";
import type { Waiter } from "./waiter.js";

/**
 * Who waits for a connection of one account, first come, first served, each until its deadline. Those
 * with the pool's own time limit run out in the order in which they came, so one timer serves them all.
 */
export class WaiterQueue<C> implements Iterable<Waiter<C>> {
  /** Why nothing could be opened, until a dial succeeds; who runs out of time is told. */
  lastError: MailError | undefined;
  readonly #waiters = new LinkedList<Waiter<C>>();
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #cancelTimer: (() => void) | undefined;

  constructor(timeoutMs: number, clock: Clock) {
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiters.size;
  }

  get first(): Waiter<C> | undefined {
    return this.#waiters.first?.value;
  }

  /** Everyone in line now, whoever leaves meanwhile. */
  [Symbol.iterator](): IterableIterator<Waiter<C>> {
    return [...this.#waiters].values();
  }

  join(waiter: Waiter<C>): void {
    this.#waiters.append(waiter.place);
    if (waiter.timeoutMs !== undefined) {
      waiter.cancelTimer = this.#schedule(waiter.timeoutMs, () => this.#timeOut(waiter));
    } else {
      this.#cancelTimer ??= this.#schedule(this.#timeoutMs, () => this.#sweep());
    }
  }

  leave(waiter: Waiter<C>): void {
    this.#waiters.remove(waiter.place);
    waiter.cancelTimer?.();
    if (this.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #schedule(delayMs: number, callback: () => void): () => void {
    if (delayMs === Number.POSITIVE_INFINITY) return () => {};
    return this.#clock.schedule(Math.max(0, delayMs), callback, { keepAlive: true });
  }

  #sweep(): void {
    this.#cancelTimer = undefined;
    const now = this.#clock.now();
    for (const waiter of this) {
      if (waiter.timeoutMs !== undefined) continue;
      const leftMs = waiter.since + this.#timeoutMs - now;
      if (leftMs > 0) {
        this.#cancelTimer ??= this.#schedule(leftMs, () => this.#sweep());
        return;
      }
      this.#timeOut(waiter);
    }
  }

  #timeOut(waiter: Waiter<C>): void {
    waiter.reject(acquireTimeout(waiter.timeoutMs ?? this.#timeoutMs, this.lastError));
  }
}
