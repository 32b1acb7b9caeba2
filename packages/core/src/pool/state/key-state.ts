import { LinkedNode } from "../../linked-list.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { PoolStats } from "../contract/pool-stats.js";
import { AdaptiveCap } from "./adaptive-cap.js";
import { LoginBreaker } from "./login-breaker.js";
import { WaiterQueue } from "./waiter-queue.js";

/** Everything a pool knows about one key: its connections, its waiters, what its server allows. */
export class KeyState<C, K extends PoolKey> {
  readonly key: K;
  /** Its idle connections, the one used last at the end. */
  readonly idle: PooledConnection<C, K>[] = [];
  readonly waiters: WaiterQueue<C>;
  /** Dials under way, with what aborts each. */
  readonly openings: Set<AbortController> = new Set();
  readonly checks: Set<AbortController> = new Set();
  readonly cap: AdaptiveCap;
  readonly breaker: LoginBreaker = new LoginBreaker();
  /** Its place among the keys that want to open a connection. */
  readonly turn: LinkedNode<KeyState<C, K>> = new LinkedNode<KeyState<C, K>>(this);
  /** Its place among the keys that may be forgotten. */
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

/** A connection as its pool sees it. */
export class PooledConnection<C, K extends PoolKey> {
  readonly connection: C;
  readonly connectionId: string;
  readonly state: KeyState<C, K>;
  /** On the pool's clock; not lent again after it. */
  readonly expiresAt: number;
  /** The key's generation when it was opened; `clear()` starts a new one. */
  readonly generation: number;
  /** Where it stands among the idle or the lent connections. */
  readonly place: LinkedNode<PooledConnection<C, K>> = new LinkedNode<PooledConnection<C, K>>(this);
  isClosed = false;
  isBroken = false;
  uses = 0;
  /** When it was last given back. */
  idleSince: number;
  /** When it was last known to work: given back, or checked. */
  soundAt: number;
  cancelWarning: (() => void) | undefined;

  constructor(
    state: KeyState<C, K>,
    opened: { readonly connection: C; readonly connectionId: string; readonly generation: number },
    time: { readonly now: number; readonly expiresAt: number },
  ) {
    this.state = state;
    this.connection = opened.connection;
    this.connectionId = opened.connectionId;
    this.generation = opened.generation;
    this.expiresAt = time.expiresAt;
    this.idleSince = time.now;
    this.soundAt = time.now;
  }

  /** Whether it broke, is too old, or was cleared away: it must not be lent again. */
  isSpent(now: number): boolean {
    return this.isBroken || this.expiresAt <= now || this.generation !== this.state.generation;
  }
}
