import { Chain } from "./chain.js";
import type { Clock } from "./clock.js";
import type { PoolEntry } from "./pool-entry.js";
import type { PoolKey } from "./pool-key.js";
import type { PoolLane } from "./pool-lane.js";

/** What happens on a shelf. */
export interface ShelfEvents<C, K extends PoolKey> {
  /** A connection, off the shelf now, was left alone for the period. */
  due(entry: PoolEntry<C, K>): void;
  /** A connection becomes idle, or no longer is. */
  idle(entry: PoolEntry<C, K>, isIdle: boolean): void;
}

/**
 * The idle connections of all lanes in the order in which they were last known to work. One timer
 * serves them all, and lending one touches no timer: it may fire too early, finds nobody due and
 * is set anew.
 */
export class IdleShelf<C, K extends PoolKey> {
  readonly #order = new Chain<PoolEntry<C, K>>();
  readonly #periodMs: number;
  readonly #clock: Clock;
  readonly #events: ShelfEvents<C, K>;
  #cancelTimer: (() => void) | undefined;

  constructor(periodMs: number, clock: Clock, events: ShelfEvents<C, K>) {
    this.#periodMs = periodMs;
    this.#clock = clock;
    this.#events = events;
  }

  add(entry: PoolEntry<C, K>): void {
    entry.lane.idle.push(entry);
    this.#order.append(entry.place);
    this.#events.idle(entry, true);
    if (this.#cancelTimer === undefined) this.#arm();
  }

  /** Takes one off; `false` when it is not idle. */
  remove(entry: PoolEntry<C, K>): boolean {
    if (!this.#order.remove(entry.place)) return false;
    const { idle } = entry.lane;
    idle.splice(idle.lastIndexOf(entry), 1);
    this.#events.idle(entry, false);
    return true;
  }

  /** Takes the connection of a lane that a caller prefers, else the one used last. */
  take(lane: PoolLane<C, K>, prefer?: (connection: C) => boolean): PoolEntry<C, K> | undefined {
    const preferred = prefer && lane.idle.findLast((entry) => isPreferred(entry, prefer));
    if (preferred !== undefined) {
      this.remove(preferred);
      return preferred;
    }
    const entry = lane.idle.at(-1);
    if (entry !== undefined) this.remove(entry);
    return entry;
  }

  /** Takes the connection that was left alone for longest. */
  takeOldest(): PoolEntry<C, K> | undefined {
    const oldest = this.#oldest;
    if (oldest !== undefined) this.remove(oldest);
    return oldest;
  }

  /** Takes off all connections, of one lane or of all. */
  clear(lane?: PoolLane<C, K>): PoolEntry<C, K>[] {
    const entries = lane === undefined ? [...this.#order] : [...lane.idle];
    for (const entry of entries) this.remove(entry);
    return entries;
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  get #oldest(): PoolEntry<C, K> | undefined {
    return this.#order.first?.value;
  }

  #arm(): void {
    const oldest = this.#oldest;
    if (oldest === undefined || this.#periodMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, oldest.soundAt + this.#periodMs - this.#clock.now());
    this.#cancelTimer = this.#clock.schedule(delayMs, () => this.#sweep());
  }

  #sweep(): void {
    this.#cancelTimer = undefined;
    const dueBefore = this.#clock.now() - this.#periodMs;
    for (let entry = this.#oldest; entry !== undefined && entry.soundAt <= dueBefore; entry = this.#oldest) {
      this.remove(entry);
      this.#events.due(entry);
    }
    if (this.#cancelTimer === undefined) this.#arm();
  }
}

/** A caller's function that throws must not take the pool down with it: it prefers nothing. */
function isPreferred<C, K extends PoolKey>(
  entry: PoolEntry<C, K>,
  prefer: (connection: C) => boolean,
): boolean {
  try {
    return !entry.isBroken && prefer(entry.connection);
  } catch {
    return false;
  }
}
