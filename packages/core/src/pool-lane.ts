import type { ConnectionFactory } from "./connection-factory.js";
import type { MailError } from "./mail-error.js";
import type { PoolEntry } from "./pool-entry.js";
import type { PoolKey } from "./pool-key.js";
import type { PoolStats } from "./pool-stats.js";
import type { PoolWaiter } from "./pool-waiter.js";

/** Everything a pool knows about one key. */
export class PoolLane<C, K extends PoolKey> {
  readonly key: K;
  readonly idle: PoolEntry<C>[] = [];
  readonly leased: Set<PoolEntry<C>> = new Set();
  readonly waiters: Set<PoolWaiter<C, PoolEntry<C>>> = new Set();
  /** Dials under way, with what aborts each. */
  readonly openings: Set<AbortController> = new Set();
  checking = 0;
  created = 0;
  reused = 0;
  closed = 0;
  failed = 0;
  lastNumber = 0;
  /** Lowered when the server says "too many connections". */
  cap: number;
  /** Set by an authentication failure: nobody logs in again until it ends. */
  refusal: { readonly error: MailError; readonly until: number } | undefined;

  constructor(key: K, cap: number) {
    this.key = key;
    this.cap = cap;
  }

  /** Connections that count against the caps. */
  get size(): number {
    return this.idle.length + this.leased.size + this.openings.size + this.checking;
  }

  get stats(): PoolStats {
    const { created, reused, closed, failed, cap } = this;
    const idle = this.idle.length + this.checking;
    const counts = { idle, leased: this.leased.size, open: idle + this.leased.size };
    return {
      ...counts,
      opening: this.openings.size,
      waiting: this.waiters.size,
      created,
      reused,
      closed,
      failed,
      effectiveCap: cap,
    };
  }

  /** Takes the idle connection that a waiter prefers, else the one used last. */
  takeIdle(
    prefer: ((connection: C) => boolean) | undefined,
    factory: ConnectionFactory<C, K>,
  ): PoolEntry<C> | undefined {
    if (prefer !== undefined) {
      const found = this.idle.findLastIndex(
        (entry) => isLendable(entry, factory) && prefer(entry.connection),
      );
      if (found >= 0) return this.idle.splice(found, 1)[0];
    }
    return this.idle.pop();
  }
}

function isLendable<C, K extends PoolKey>(entry: PoolEntry<C>, factory: ConnectionFactory<C, K>): boolean {
  return !entry.isBroken && factory.isClean?.(entry.connection) !== false;
}
