import { LinkedList } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState, PooledConnection } from "../state/key-state.js";

/** What becomes of idle connections. */
export interface IdleEvents<C, K extends PoolKey> {
  /** A connection, no longer idle now, was left alone for the period. */
  due(entry: PooledConnection<C, K>): void;
  /** A connection becomes idle, or no longer is. */
  idle(entry: PooledConnection<C, K>, isIdle: boolean): void;
}

/**
 * The idle connections of all keys in the order in which they were last known to work. One timer
 * serves them all, and lending one touches no timer: it may fire too early, finds nobody due and
 * is set anew.
 */
export class IdleConnections<C, K extends PoolKey> {
  readonly #order = new LinkedList<PooledConnection<C, K>>();
  readonly #periodMs: number;
  readonly #clock: Clock;
  readonly #events: IdleEvents<C, K>;
  #cancelTimer: (() => void) | undefined;

  constructor(periodMs: number, clock: Clock, events: IdleEvents<C, K>) {
    this.#periodMs = periodMs;
    this.#clock = clock;
    this.#events = events;
  }

  add(entry: PooledConnection<C, K>): void {
    entry.state.idle.push(entry);
    this.#order.append(entry.place);
    this.#events.idle(entry, true);
    if (this.#cancelTimer === undefined) this.#arm();
  }

  /** Takes one off; `false` when it is not idle. */
  remove(entry: PooledConnection<C, K>): boolean {
    if (!this.#order.remove(entry.place)) return false;
    const { idle } = entry.state;
    idle.splice(idle.lastIndexOf(entry), 1);
    this.#events.idle(entry, false);
    return true;
  }

  /** Takes the connection of a key that a caller prefers, else the one used last. */
  take(state: KeyState<C, K>, prefer?: (connection: C) => boolean): PooledConnection<C, K> | undefined {
    const preferred = prefer && state.idle.findLast((entry) => isPreferred(entry, prefer));
    const entry = preferred ?? state.idle.at(-1);
    if (entry !== undefined) this.remove(entry);
    return entry;
  }

  /** Takes the connection that was left alone for longest. */
  takeOldest(): PooledConnection<C, K> | undefined {
    const oldest = this.#oldest;
    if (oldest !== undefined) this.remove(oldest);
    return oldest;
  }

  /** Takes off all connections, of one key or of all. */
  clear(state?: KeyState<C, K>): PooledConnection<C, K>[] {
    const entries = state === undefined ? [...this.#order] : [...state.idle];
    for (const entry of entries) this.remove(entry);
    return entries;
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  get #oldest(): PooledConnection<C, K> | undefined {
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
  entry: PooledConnection<C, K>,
  prefer: (connection: C) => boolean,
): boolean {
  try {
    return !entry.isBroken && prefer(entry.connection);
  } catch {
    return false;
  }
}
