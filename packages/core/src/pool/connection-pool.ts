import { isMailError, type MailError } from "../errors/mail-error.js";
import { hasSubscribers } from "../observe/diagnostics.js";
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
import { Lender } from "./lending/lender.js";
import { observedAcquire } from "./lending/observed-acquire.js";
import { ConnectionOpener } from "./opening/connection-opener.js";
import { GuardedFactory } from "./opening/guarded-factory.js";
import { HostBreaker } from "./opening/host-breaker.js";
import { OpenQueue } from "./opening/open-queue.js";
import { KeyRegistry } from "./state/key-registry.js";
import type { KeyState } from "./state/key-state.js";
import { poolClosed } from "./state/pool-error.js";
import type { PooledConnection } from "./state/pooled-connection.js";

const AGE_JITTER = 0.025;

/**
 * Connections by key, lent one holder at a time. Waiters of a key are served first come, first served;
 * every acquire settles by its deadline; idle connections never keep the process alive.
 */
export class ConnectionPool<C, K extends PoolKey = PoolKey> implements AsyncDisposable {
  readonly limits: ResolvedPoolLimits;
  readonly #clock: Clock;
  readonly #lanes: KeyRegistry<C, K>;
  readonly #gates: HostBreaker<KeyState<C, K>>;
  readonly #shelf: IdleConnections<C, K>;
  readonly #connections: ConnectionOpener<C, K>;
  readonly #line: OpenQueue<C, K>;
  readonly #desk: Lender<C, K>;
  readonly #loans: LeasedConnections<C, K>;

  /** Throws `"invalid-argument"` for limits that are none. */
  constructor(factory: ConnectionFactory<C, K>, limits?: PoolLimits, options: PoolOptions = {}) {
    const { clock = systemClock, random = Math.random, logger = silentLogger } = options;
    this.limits = resolvePoolLimits(limits);
    const { maxTotal, acquireTimeoutMs, maxAgeMs, idleTimeoutMs, keepAliveMs, warnAfterLeasedMs } =
      this.limits;
    this.#clock = clock;
    this.#lanes = new KeyRegistry(this.limits, clock);
    this.#gates = new HostBreaker(clock, random, (lane) => this.#desk.serve(lane));
    const leftAloneMs = Math.min(idleTimeoutMs, keepAliveMs > 0 ? keepAliveMs : Number.POSITIVE_INFINITY);
    const lifecycle = new GuardedFactory(factory, clock, acquireTimeoutMs);
    this.#shelf = new IdleConnections(leftAloneMs, clock, {
      due: (entry) => this.#leftAlone(entry),
      idle: ({ connection }, isIdle) => lifecycle.holdProcess(connection, !isIdle),
    });
    const ageMs = (): number => maxAgeMs * (1 - random() * AGE_JITTER);
    const connections = new ConnectionOpener(lifecycle, clock, ageMs, {
      ready: (entry) => this.#desk.ready(entry),
      dropped: (entry) => this.#shelf.remove(entry) && void connections.end(entry, "dropped by the server"),
      freed: (lane) => this.#freed(lane),
    });
    this.#connections = connections;
    this.#loans = new LeasedConnections(warnAfterLeasedMs, clock, logger);
    const shared = { clock, connections };
    const evictIdle = (): boolean => this.#evictIdle();
    this.#line = new OpenQueue({ ...shared, gates: this.#gates, maxTotal, evictIdle });
    const parts = { limits: this.limits, loans: this.#loans, shelf: this.#shelf, line: this.#line };
    this.#desk = new Lender({ ...shared, ...parts, rested: (lane) => this.#lanes.rested(lane) });
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
    if (this.#desk.isClosed) return Promise.reject(poolClosed());
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(abortError(signal, "core", "acquire"));
    const leasing = this.#desk.request(this.#lanes.get(key), options);
    return hasSubscribers("mailwright:pool:acquire")
      ? observedAcquire(leasing, key.label, this.#clock)
      : leasing;
  }

  /** Figures of one key, or of all together. */
  stats(key?: K): PoolStats {
    return this.#lanes.stats(key);
  }

  /** Why the last connection of a key could not be opened; `undefined` once one could. */
  lastFailure(key: K): MailError | undefined {
    return this.#lanes.find(key)?.waiters.lastError;
  }

  /**
   * Closes idle connections now and lent ones on return, of one key or of all, and forgets what was
   * learned about them: refused credentials, lowered caps, hosts that could not be reached.
   */
  async clear(key?: K): Promise<void> {
    const lanes = key === undefined ? [...this.#lanes] : [this.#lanes.find(key)];
    const closings: Promise<void>[] = [];
    for (const lane of lanes) {
      if (lane === undefined) continue;
      lane.startOver();
      for (const entry of this.#shelf.clear(lane)) closings.push(this.#connections.end(entry, "cleared"));
      this.#gates.forget(lane.key.host);
      this.#desk.serve(lane);
    }
    await Promise.all(closings);
  }

  /**
   * Refuses new callers and those in line with `"closed"`, waits up to `graceMs` for lent connections to
   * come back, then closes them too. @defaultValue graceMs 5000
   */
  async close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    this.#desk.isClosed = true;
    this.#line.stop(this.#lanes);
    this.#gates.stop();
    this.#shelf.stop();
    for (const lane of this.#lanes) {
      this.#connections.abort(lane);
      for (const waiter of lane.waiters) waiter.reject(poolClosed());
    }
    for (const entry of this.#shelf.clear()) void this.#connections.end(entry, "closed");
    await this.#connections.emptied(options.graceMs ?? 5_000);
    for (const entry of this.#loans.endAll()) void this.#connections.end(entry, "closed");
    await this.#connections.emptied(Number.POSITIVE_INFINITY);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** An idle connection was not touched for `idleTimeoutMs` or `keepAliveMs`; it is off the shelf now. */
  #leftAlone(entry: PooledConnection<C, K>): void {
    const now = this.#clock.now();
    const isStale = now - entry.idleSince >= this.limits.idleTimeoutMs || entry.isSpent(now);
    if (isStale) void this.#connections.end(entry, "idle for too long");
    else void this.#desk.check(entry);
  }

  #evictIdle(): boolean {
    const entry = this.#shelf.takeOldest();
    if (entry !== undefined) void this.#connections.end(entry, "made room for another account");
    return entry !== undefined;
  }

  #freed(lane: KeyState<C, K>): void {
    this.#lanes.rested(lane);
    this.#desk.serve(lane);
    this.#line.serve();
  }
}
