import { LinkedList } from "../../linked-list.js";
import type { Logger } from "../../observe/logger.js";
import type { Clock } from "../../time/clock.js";
import type { Lease } from "../contract/lease.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { PooledConnection } from "../state/key-state.js";
import { type LeaseTaker, PoolLease } from "./pool-lease.js";

/** The connections on loan. Each is there once, so that a second return finds nothing to give back. */
export class LeasedConnections<C, K extends PoolKey> {
  readonly #lent = new LinkedList<PooledConnection<C, K>>();
  readonly #warnAfterMs: number;
  readonly #clock: Clock;
  readonly #logger: Logger;

  /** Who holds a connection for longer than `warnAfterMs` is logged; 0 for never. */
  constructor(warnAfterMs: number, clock: Clock, logger: Logger) {
    this.#warnAfterMs = warnAfterMs;
    this.#clock = clock;
    this.#logger = logger;
  }

  begin(entry: PooledConnection<C, K>, taker: LeaseTaker<C, K>): Lease<C> {
    const { state } = entry;
    this.#lent.append(entry.place);
    state.lent += 1;
    if (entry.uses > 0) state.reused += 1;
    entry.uses += 1;
    if (this.#warnAfterMs > 0) this.#warnLater(entry);
    return new PoolLease(entry, taker);
  }

  /** `false` when the connection is not on loan: it came back before, or was taken away. */
  end(entry: PooledConnection<C, K>): boolean {
    if (!this.#lent.remove(entry.place)) return false;
    entry.state.lent -= 1;
    entry.cancelWarning?.();
    entry.cancelWarning = undefined;
    return true;
  }

  /** Ends all leased; answers what was on loan. */
  endAll(): PooledConnection<C, K>[] {
    const entries = [...this.#lent];
    for (const entry of entries) this.end(entry);
    return entries;
  }

  releasedAgain({ connectionId }: PooledConnection<C, K>): void {
    this.#logger.debug({ connectionId }, "a connection was released twice");
  }

  #warnLater(entry: PooledConnection<C, K>): void {
    const { connectionId } = entry;
    const acquired = new Error("acquired here");
    const leasedMs = this.#warnAfterMs;
    const warn = (): void => {
      this.#logger.warn({ connectionId, leasedMs, stack: acquired.stack }, "a connection is held for long");
    };
    entry.cancelWarning = this.#clock.schedule(leasedMs, warn);
  }
}
