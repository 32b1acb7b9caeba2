import { LinkedList } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { ResolvedPoolLimits } from "../contract/pool-limits.js";
import { type PoolStats, sumPoolStats } from "../contract/pool-stats.js";
import { KeyState } from "./key-state.js";

/** Keys without a connection whose figures, cap and breaker are still kept. */
const REMEMBERED = 1_000;

/** The lanes by key. Of those with no connection and no waiter the longest unused are forgotten. */
export class KeyRegistry<C, K extends PoolKey> {
  readonly #lanes = new Map<string, KeyState<C, K>>();
  readonly #resting = new LinkedList<KeyState<C, K>>();
  readonly #limits: ResolvedPoolLimits;
  readonly #clock: Clock;
  #forgotten: PoolStats = sumPoolStats([]);

  constructor(limits: ResolvedPoolLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  [Symbol.iterator](): IterableIterator<KeyState<C, K>> {
    return this.#lanes.values();
  }

  find(key: K): KeyState<C, K> | undefined {
    return this.#lanes.get(key.id);
  }

  get(key: K): KeyState<C, K> {
    const known = this.#lanes.get(key.id);
    if (known !== undefined) return known;
    const lane = this.#create(key);
    this.#lanes.set(key.id, lane);
    this.rested(lane);
    return lane;
  }

  /** A lane may have become empty. */
  rested(lane: KeyState<C, K>): void {
    if (!lane.isEmpty) return;
    this.#resting.remove(lane.rest);
    this.#resting.append(lane.rest);
    if (this.#resting.size > REMEMBERED) this.#forgetOldest();
  }

  /** Figures of one key, or of all that there ever were. */
  stats(key?: K): PoolStats {
    if (key !== undefined) return (this.find(key) ?? this.#create(key)).stats;
    return sumPoolStats([this.#forgotten, ...[...this.#lanes.values()].map((lane) => lane.stats)]);
  }

  #create(key: K): KeyState<C, K> {
    return new KeyState<C, K>(key, this.#limits, this.#clock);
  }

  #forgetOldest(): void {
    const now = this.#clock.now();
    for (const lane of this.#resting) {
      if (lane.isEmpty && lane.breaker.errorAt(now) !== undefined) return;
      this.#resting.remove(lane.rest);
      if (lane.isEmpty) {
        this.#lanes.delete(lane.key.id);
        lane.wake?.cancel();
        this.#forgotten = sumPoolStats([this.#forgotten, { ...lane.stats, effectiveCap: 0 }]);
      }
      if (this.#resting.size <= REMEMBERED) return;
    }
  }
}
