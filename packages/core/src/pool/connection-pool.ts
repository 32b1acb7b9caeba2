import { isMailError, type MailError } from "../errors/mail-error.js";
import { hasSubscribers } from "../observe/diagnostics.js";
import { guardLogger } from "../observe/guarded-logger.js";
import { silentLogger } from "../observe/logger.js";
import { abortError } from "../time/abort.js";
import { type Clock, systemClock } from "../time/clock.js";
import type { ConnectionFactory } from "./contract/connection-factory.js";
import type { AcquireOptions, Lease } from "./contract/lease.js";
import type { PoolKey } from "./contract/pool-key.js";
import { type PoolLimits, type ResolvedPoolLimits, resolvePoolLimits } from "./contract/pool-limits.js";
import type { PoolOptions } from "./contract/pool-options.js";
import type { PoolStats } from "./contract/pool-stats.js";
import { IdleConnections } from "./lending/idle-connections.js";
import { LeasedConnections } from "./lending/leased-connections.js";
import { Lender, observedAcquire } from "./lending/lender.js";
import { ConnectionOpener } from "./opening/connection-opener.js";
import { GuardedFactory } from "./opening/guarded-factory.js";
import { HostBreaker } from "./opening/host-breaker.js";
import { OpenQueue } from "./opening/open-queue.js";
import { KeyRegistry } from "./state/key-registry.js";
import type { KeyState, PooledConnection } from "./state/key-state.js";
import { poolClosed } from "./state/pool-error.js";

const AGE_JITTER = 0.025;
/** How long a pool that is closed lets connections end politely once the grace of those that are lent is over. */
const GOODBYE_MS = 2_000;

/**
 * Connections by key, lent one holder at a time. Waiters of a key are served first come, first served;
 * every acquire settles by its deadline; idle connections never keep the process alive.
 */
export class ConnectionPool<C, K extends PoolKey = PoolKey> implements AsyncDisposable {
  readonly limits: ResolvedPoolLimits;
  readonly #clock: Clock;
  readonly #keys: KeyRegistry<C, K>;
  readonly #hosts: HostBreaker<KeyState<C, K>>;
  readonly #idle: IdleConnections<C, K>;
  readonly #opener: ConnectionOpener<C, K>;
  readonly #openQueue: OpenQueue<C, K>;
  readonly #lender: Lender<C, K>;
  readonly #leased: LeasedConnections<C, K>;
  /** How many clients use a key, by its id. */
  readonly #users = new Map<string, number>();

  /** Throws `"invalid-argument"` for limits that are none. */
  constructor(factory: ConnectionFactory<C, K>, limits?: PoolLimits, options: PoolOptions = {}) {
    const { clock = systemClock, random = Math.random, logger = silentLogger } = options;
    this.limits = resolvePoolLimits(limits);
    const { maxTotal, acquireTimeoutMs, maxAgeMs, idleTimeoutMs, keepAliveMs, warnAfterLeasedMs } =
      this.limits;
    this.#clock = clock;
    this.#keys = new KeyRegistry(this.limits, clock);
    this.#hosts = new HostBreaker(clock, random, (state) => this.#lender.serve(state));
    const leftAloneMs = Math.min(idleTimeoutMs, keepAliveMs > 0 ? keepAliveMs : Number.POSITIVE_INFINITY);
    const guarded = new GuardedFactory(factory, clock, acquireTimeoutMs);
    this.#idle = new IdleConnections(leftAloneMs, clock, {
      due: (entry) => this.#leftAlone(entry),
      idle: ({ connection }, isIdle) => guarded.holdProcess(connection, !isIdle),
    });
    const ageMs = (): number => maxAgeMs * (1 - random() * AGE_JITTER);
    const opener = new ConnectionOpener(guarded, clock, ageMs, {
      ready: (entry) => this.#lender.ready(entry),
      dropped: (entry) => this.#idle.remove(entry) && void opener.end(entry, "dropped by the server"),
      freed: (state) => this.#freed(state),
    });
    this.#opener = opener;
    this.#leased = new LeasedConnections(warnAfterLeasedMs, clock, guardLogger(logger));
    const shared = { clock, opener };
    const evictIdle = (): boolean => this.#evictIdle();
    this.#openQueue = new OpenQueue({ ...shared, hosts: this.#hosts, maxTotal, evictIdle });
    const parts = { limits: this.limits, leased: this.#leased, idle: this.#idle, openQueue: this.#openQueue };
    this.#lender = new Lender({ ...shared, ...parts, rested: (state) => this.#keys.rested(state) });
  }

  /** Lends a connection to a task and takes it back, whatever the task does; closes it when the task broke it. */
  async use<T>(
    key: K,
    task: (connection: C, lease: Lease<C>) => Promise<T>,
    options: AcquireOptions<C> = {},
  ): Promise<T> {
    const lease = await this.acquire(key, options);
    try {
      return await task(lease.connection, lease);
    } catch (error) {
      if (isMailError(error) && error.connectionBroken) lease.markBroken();
      throw error;
    } finally {
      await lease.release();
    }
  }

  /** Lends a connection; rejects with `"timeout"`, `"aborted"`, `"limit"`, `"closed"` or why none could be opened. */
  acquire(key: K, options: AcquireOptions<C> = {}): Promise<Lease<C>> {
    if (this.#lender.isClosed) return Promise.reject(poolClosed());
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(abortError(signal, "core", "acquire"));
    const leasing = this.#lender.request(this.#keys.get(key), options);
    return hasSubscribers("mailwright:pool:acquire")
      ? observedAcquire(leasing, key.label, this.#clock)
      : leasing;
  }

  /** Figures of one key, or of all together. */
  stats(key?: K): PoolStats {
    return this.#keys.stats(key);
  }

  /** Why the last connection of a key could not be opened; `undefined` once one could. */
  lastFailure(key: K): MailError | undefined {
    return this.#keys.find(key)?.waiters.lastError;
  }

  /**
   * Closes idle connections now and lent ones on return, of one key or of all, and forgets what was
   * learned about them: refused credentials, lowered caps, hosts that could not be reached.
   */
  async clear(key?: K): Promise<void> {
    const states = key === undefined ? [...this.#keys] : [this.#keys.find(key)];
    const closings: Promise<void>[] = [];
    for (const state of states) {
      if (state === undefined) continue;
      state.startOver();
      for (const entry of this.#idle.clear(state)) closings.push(this.#opener.end(entry, "cleared"));
      this.#hosts.forget(state.key.host);
      this.#lender.serve(state);
    }
    await Promise.all(closings);
  }

  /**
   * Counts a user of a key until the function it answers is called. When the last one leaves, the idle connections
   * of the key are closed; what others that share the pool have, and what was learned of the account, stays.
   */
  join(key: K): () => Promise<void> {
    const { id } = key;
    this.#users.set(id, (this.#users.get(id) ?? 0) + 1);
    let hasLeft = false;
    return async () => {
      if (hasLeft) return;
      hasLeft = true;
      const left = (this.#users.get(id) ?? 1) - 1;
      if (left > 0) this.#users.set(id, left);
      else await this.#abandon(key);
    };
  }

  /**
   * Refuses new callers and those in line with `"closed"`, waits up to `graceMs` for lent connections to
   * come back, then cuts them off. @defaultValue graceMs 5000
   */
  async close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    this.#lender.isClosed = true;
    this.#openQueue.stop(this.#keys);
    this.#hosts.stop();
    this.#idle.stop();
    for (const state of this.#keys) {
      this.#opener.abort(state);
      for (const waiter of state.waiters) waiter.reject(poolClosed());
    }
    for (const entry of this.#idle.clear()) void this.#opener.end(entry, "closed");
    await this.#opener.emptied(options.graceMs ?? 5_000);
    for (const entry of this.#leased.endAll()) void this.#opener.end(entry, "closed", true);
    const cancel = this.#clock.schedule(GOODBYE_MS, () => this.#opener.cut(), { keepAlive: true });
    await this.#opener.emptied(Number.POSITIVE_INFINITY);
    cancel();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** An idle connection was not touched for `idleTimeoutMs` or `keepAliveMs`; it is no longer among the idle ones. */
  #leftAlone(entry: PooledConnection<C, K>): void {
    const now = this.#clock.now();
    const isStale = now - entry.idleSince >= this.limits.idleTimeoutMs || entry.isSpent(now);
    if (isStale) void this.#opener.end(entry, "idle for too long");
    else void this.#lender.check(entry);
  }

  async #abandon(key: K): Promise<void> {
    this.#users.delete(key.id);
    const state = this.#keys.find(key);
    if (state === undefined) return;
    await Promise.all(this.#idle.clear(state).map((entry) => this.#opener.end(entry, "not used any more")));
  }

  #evictIdle(): boolean {
    const entry = this.#idle.takeOldest();
    if (entry !== undefined) void this.#opener.end(entry, "made room for another account");
    return entry !== undefined;
  }

  #freed(state: KeyState<C, K>): void {
    this.#keys.rested(state);
    this.#openQueue.lost(state);
    this.#lender.serve(state);
    this.#openQueue.serve();
  }
}
