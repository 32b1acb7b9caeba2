import { LinkedList } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { ResolvedPoolLimits } from "../contract/pool-limits.js";
import { type PoolStats, sumPoolStats } from "../contract/pool-stats.js";
import { KeyState } from "./key-state.js";

/** Keys without a connection whose figures, cap and breaker are still kept. */
const REMEMBERED = 1_000;
/** Keys that may be forgotten for each one that comes to rest. */
const LOOKS = 3;

/** The states of all keys. Of those with no connection and no waiter the longest unused are forgotten. */
export class KeyRegistry<C, K extends PoolKey> {
  readonly #states = new Map<string, KeyState<C, K>>();
  readonly #resting = new LinkedList<KeyState<C, K>>();
  /** Those that would have been forgotten already, were their login not refused just now. */
  readonly #locked = new LinkedList<KeyState<C, K>>();
  readonly #limits: ResolvedPoolLimits;
  readonly #clock: Clock;
  #forgotten: PoolStats = sumPoolStats([]);

  constructor(limits: ResolvedPoolLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  [Symbol.iterator](): IterableIterator<KeyState<C, K>> {
    return this.#states.values();
  }

  find(key: K): KeyState<C, K> | undefined {
    return this.#states.get(key.id);
  }

  get(key: K): KeyState<C, K> {
    const known = this.#states.get(key.id);
    if (known !== undefined) return known;
    const state = this.#create(key);
    this.#states.set(key.id, state);
    this.rested(state);
    return state;
  }

  /** A key may have neither connections nor waiters any more. */
  rested(state: KeyState<C, K>): void {
    if (!state.isEmpty) return;
    this.#leave(state);
    this.#resting.append(state.rest);
    this.#forgetOldest();
  }

  /** Figures of one key, or of all that there ever were. */
  stats(key?: K): PoolStats {
    if (key !== undefined) return (this.find(key) ?? this.#create(key)).stats;
    return sumPoolStats([this.#forgotten, ...[...this.#states.values()].map((state) => state.stats)]);
  }

  #create(key: K): KeyState<C, K> {
    return new KeyState<C, K>(key, this.#limits, this.#clock);
  }

  /**
   * The longest unused go first, but for those whose refused login is still fresh: who forgets it lets the next
   * caller try the same password again. A few are looked at each time, so that many of those cost nothing.
   */
  #forgetOldest(): void {
    const now = this.#clock.now();
    const isLocked = (state: KeyState<C, K>): boolean => state.breaker.errorAt(now) !== undefined;
    for (let looks = 0; looks < LOOKS; looks++) {
      if (this.#resting.size + this.#locked.size <= REMEMBERED) return;
      const locked = this.#locked.first?.value;
      const state = locked !== undefined && !isLocked(locked) ? locked : this.#resting.first?.value;
      if (state === undefined) return;
      this.#leave(state);
      if (!state.isEmpty) continue;
      if (isLocked(state)) this.#locked.append(state.rest);
      else this.#forget(state);
    }
  }

  #leave(state: KeyState<C, K>): void {
    this.#resting.remove(state.rest);
    this.#locked.remove(state.rest);
  }

  #forget(state: KeyState<C, K>): void {
    this.#states.delete(state.key.id);
    state.wake?.cancel();
    this.#forgotten = sumPoolStats([this.#forgotten, { ...state.stats, effectiveCap: 0 }]);
  }
}
