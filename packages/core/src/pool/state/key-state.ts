import { LinkedNode } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { PoolStats } from "../contract/pool-stats.js";
import { AdaptiveCap } from "./adaptive-cap.js";
import { LoginBreaker } from "./login-breaker.js";
import type { PooledConnection } from "./pooled-connection.js";
import { WaiterQueue } from "./waiter-queue.js";

/** Everything a pool knows about one key. */
export class KeyState<C, K extends PoolKey> {
  readonly key: K;
  readonly idle: PooledConnection<C, K>[] = [];
  readonly waiters: WaiterQueue<C>;
  /** Dials under way, with what aborts each. */
  readonly openings: Set<AbortController> = new Set();
  readonly checks: Set<AbortController> = new Set();
  readonly cap: AdaptiveCap;
  readonly breaker: LoginBreaker = new LoginBreaker();
  /** Its place among the lanes that want to open a connection. */
  readonly turn: LinkedNode<KeyState<C, K>> = new LinkedNode<KeyState<C, K>>(this);
  /** Its place among the lanes that may be forgotten. */
  readonly rest: LinkedNode<KeyState<C, K>> = new LinkedNode<KeyState<C, K>>(this);
  generation = 0;
  lent = 0;
  closing = 0;
  created = 0;
  reused = 0;
  closed = 0;
  failed = 0;
  lastNumber = 0;
  wake: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(key: K, limits: { maxPerKey: number; acquireTimeoutMs: number }, clock: Clock) {
    this.key = key;
    this.cap = new AdaptiveCap(limits.maxPerKey);
    this.waiters = new WaiterQueue<C>(limits.acquireTimeoutMs, clock);
  }

  /** Connections that work, as far as known. */
  get open(): number {
    return this.idle.length + this.lent + this.checks.size;
  }

  /** Connections that count against the caps: for the server, one being opened or closed is there. */
  get size(): number {
    return this.open + this.openings.size + this.closing;
  }

  get isEmpty(): boolean {
    return this.size === 0 && this.waiters.size === 0;
  }

  /** Waiters for whom nothing is under way yet. */
  get unserved(): number {
    return this.waiters.size - this.openings.size - this.checks.size;
  }

  /** Connections of now are not lent again; what was learned about the account is forgotten. */
  startOver(): void {
    this.generation += 1;
    this.breaker.forget();
    this.cap.forget();
    this.waiters.lastError = undefined;
  }

  get stats(): PoolStats {
    return {
      open: this.open,
      opening: this.openings.size,
      closing: this.closing,
      idle: this.open - this.lent,
      leased: this.lent,
      waiting: this.waiters.size,
      created: this.created,
      reused: this.reused,
      closed: this.closed,
      failed: this.failed,
      effectiveCap: this.cap.value,
    };
  }
}
