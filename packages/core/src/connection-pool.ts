// biome-ignore-all lint/style/noExcessiveLinesPerFile: opening and closing move to files of their own next
import { throwIfAborted } from "./abort.js";
import { type Clock, systemClock } from "./clock.js";
import type { ConnectionFactory } from "./connection-factory.js";
import { withDeadline } from "./deadline.js";
import { publishDiagnostic } from "./diagnostics.js";
import type { AcquireOptions, Lease } from "./lease.js";
import { isMailError, MailError } from "./mail-error.js";
import type { PoolEntry } from "./pool-entry.js";
import type { PoolKey } from "./pool-key.js";
import { PoolLane } from "./pool-lane.js";
import { type PoolLimits, type ResolvedPoolLimits, resolvePoolLimits } from "./pool-limits.js";
import type { PoolStats } from "./pool-stats.js";
import { PoolWaiter } from "./pool-waiter.js";

/** How long an account is left alone after the server refused its credentials. */
const REFUSAL_MS = 30_000;
const CHECK_TIMEOUT_MS = 5_000;

/**
 * Connections by key, lent one holder at a time. Waiters of a key are served first come, first served;
 * every acquire settles by its deadline; idle connections never keep the process alive.
 */
export class ConnectionPool<C, K extends PoolKey = PoolKey> implements AsyncDisposable {
  readonly limits: ResolvedPoolLimits;
  readonly #factory: ConnectionFactory<C, K>;
  readonly #clock: Clock;
  readonly #lanes = new Map<string, PoolLane<C, K>>();
  readonly #closing = new Set<Promise<void>>();
  #total = 0;
  #waiting = 0;
  #isClosed = false;
  #onDrained: (() => void) | undefined;

  constructor(factory: ConnectionFactory<C, K>, limits?: PoolLimits, clock: Clock = systemClock) {
    this.#factory = factory;
    this.limits = resolvePoolLimits(limits);
    this.#clock = clock;
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
  async acquire(key: K, options: AcquireOptions<C> = {}): Promise<Lease<C>> {
    throwIfAborted(options.signal, "core", "acquire");
    if (this.#isClosed) throw poolClosed();
    const lane = this.#lane(key);
    const since = this.#clock.now();
    if (lane.refusal !== undefined) {
      if (lane.refusal.until > since) throw lane.refusal.error;
      lane.refusal = undefined;
    }
    try {
      const entry = await this.#wait(lane, options);
      const isReused = entry.uses > 1;
      if (isReused) lane.reused += 1;
      const waitMs = this.#clock.now() - since;
      publishDiagnostic("mailwright:pool:acquire", () => ({
        key: key.label,
        connectionId: entry.connectionId,
        waitMs,
        isReused,
      }));
      return this.#lease(lane, entry, isReused);
    } catch (error) {
      const waitMs = this.#clock.now() - since;
      if (isMailError(error)) {
        publishDiagnostic("mailwright:pool:acquire", () => ({
          key: key.label,
          waitMs,
          isReused: false,
          error,
        }));
      }
      throw error;
    }
  }

  /** Figures of one key, or of all together. */
  stats(key?: K): PoolStats {
    if (key !== undefined)
      return (this.#lanes.get(key.id) ?? new PoolLane<C, K>(key, this.limits.maxPerKey)).stats;
    const sum = {
      open: 0,
      opening: 0,
      idle: 0,
      leased: 0,
      waiting: 0,
      created: 0,
      reused: 0,
      closed: 0,
      failed: 0,
      effectiveCap: 0,
    };
    for (const { stats } of this.#lanes.values()) {
      for (const name of Object.keys(sum) as (keyof PoolStats)[]) sum[name] += stats[name];
    }
    return sum;
  }

  /** Closes idle connections now and lent ones on return; forgets a refusal of credentials. */
  async clear(key?: K): Promise<void> {
    const lanes = key === undefined ? [...this.#lanes.values()] : [this.#lanes.get(key.id)];
    for (const lane of lanes) {
      if (lane === undefined) continue;
      lane.refusal = undefined;
      for (const entry of lane.leased) entry.isBroken = true;
      for (const entry of lane.idle.splice(0)) this.#end(lane, entry);
    }
    await Promise.all(this.#closing);
  }

  /**
   * Refuses new callers and those in line with `"closed"`, waits up to `graceMs` for lent connections to
   * come back, then closes them too. @defaultValue graceMs 5000
   */
  async close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    this.#isClosed = true;
    for (const lane of this.#lanes.values()) {
      for (const waiter of [...lane.waiters]) waiter.reject(poolClosed());
      for (const opening of lane.openings) opening.abort(poolClosed());
      for (const entry of lane.idle.splice(0)) this.#end(lane, entry);
    }
    await this.#drained(options.graceMs ?? 5_000);
    for (const lane of this.#lanes.values()) {
      for (const entry of [...lane.leased]) {
        lane.leased.delete(entry);
        this.#end(lane, entry);
      }
    }
    await Promise.all(this.#closing);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #lane(key: K): PoolLane<C, K> {
    let lane = this.#lanes.get(key.id);
    if (lane === undefined) {
      lane = new PoolLane<C, K>(key, this.limits.maxPerKey);
      this.#lanes.set(key.id, lane);
    }
    return lane;
  }

  #wait(lane: PoolLane<C, K>, options: AcquireOptions<C>): Promise<PoolEntry<C>> {
    if (this.#waiting >= this.limits.maxWaiting) {
      const details = { code: "limit", protocol: "core", phase: "acquire", retryable: true } as const;
      throw new MailError(`${this.#waiting} callers wait for a connection already (maxWaiting)`, details);
    }
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? this.limits.acquireTimeoutMs;
      const leave = (): void => {
        if (lane.waiters.delete(waiter)) this.#waiting -= 1;
        this.#abortSurplusOpenings(lane);
      };
      const waiter: PoolWaiter<C, PoolEntry<C>> = new PoolWaiter(options, timeoutMs, this.#clock, {
        resolve,
        reject,
        leave,
      });
      lane.waiters.add(waiter);
      this.#waiting += 1;
      this.#serve(lane);
    });
  }

  #serve(lane: PoolLane<C, K>): void {
    while (lane.waiters.size > lane.checking) {
      const [waiter] = lane.waiters;
      const entry = waiter === undefined ? undefined : lane.takeIdle(waiter.prefer, this.#factory);
      if (entry === undefined) break;
      this.#offer(lane, entry);
    }
    while (
      !this.#isClosed &&
      lane.waiters.size > lane.openings.size + lane.checking &&
      lane.size < lane.cap &&
      this.#hasRoom(lane)
    ) {
      void this.#open(lane);
    }
  }

  #offer(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    entry.cancelIdleTimer();
    const now = this.#clock.now();
    if (entry.isBroken || entry.expiresAt <= now || this.#factory.isClean?.(entry.connection) === false) {
      this.#end(lane, entry);
    } else if (entry.uses > 0 && now - entry.idleSince > this.limits.checkAfterIdleMs) {
      void this.#check(lane, entry);
    } else {
      this.#lend(lane, entry);
    }
  }

  #lend(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    const [waiter] = lane.waiters;
    if (waiter === undefined) return this.#park(lane, entry);
    entry.state = "leased";
    entry.uses += 1;
    lane.leased.add(entry);
    waiter.resolve(entry);
  }

  async #check(lane: PoolLane<C, K>, entry: PoolEntry<C>): Promise<void> {
    entry.state = "checking";
    lane.checking += 1;
    const options = {
      timeoutMs: CHECK_TIMEOUT_MS,
      protocol: "core",
      phase: "check",
      clock: this.#clock,
    } as const;
    const isUsable = await withDeadline(
      (signal) => this.#factory.isUsable(entry.connection, signal),
      options,
    ).catch(() => false);
    lane.checking -= 1;
    if (isUsable && !entry.isBroken && !this.#isClosed) this.#lend(lane, entry);
    else this.#end(lane, entry);
    this.#serve(lane);
  }

  async #open(lane: PoolLane<C, K>): Promise<void> {
    const controller = new AbortController();
    lane.openings.add(controller);
    this.#total += 1;
    const connectionId = `${lane.key.label}#${++lane.lastNumber}`;
    const since = this.#clock.now();
    try {
      const deadline = {
        timeoutMs: this.limits.acquireTimeoutMs,
        signal: controller.signal,
        protocol: "core",
        phase: "connect",
        retryable: true,
        clock: this.#clock,
      } as const;
      const connection = await withDeadline(
        (signal) => this.#factory.open(lane.key, signal, connectionId),
        deadline,
      );
      lane.openings.delete(controller);
      lane.created += 1;
      const openedAt = this.#clock.now();
      const expiresAt = openedAt + this.limits.maxAgeMs * (1 - Math.random() * 0.025);
      const entry: PoolEntry<C> = {
        connection,
        connectionId,
        expiresAt,
        uses: 0,
        idleSince: openedAt,
        state: "idle",
        isBroken: false,
        cancelIdleTimer: () => {},
      };
      this.#factory.onClosed?.(connection, () => this.#dropped(lane, entry));
      if (this.#isClosed) this.#end(lane, entry);
      else this.#lend(lane, entry);
    } catch (error) {
      lane.openings.delete(controller);
      this.#total -= 1;
      if (!controller.signal.aborted)
        this.#openFailed(lane, toPoolError(error), this.#clock.now() - since, connectionId);
      this.#serveStarved();
    }
  }

  #openFailed(lane: PoolLane<C, K>, error: MailError, durationMs: number, connectionId: string): void {
    lane.failed += 1;
    const { protocol } = error;
    publishDiagnostic("mailwright:connection:open", () => ({ protocol, connectionId, durationMs, error }));
    if (error.code === "authentication") lane.refusal = { error, until: this.#clock.now() + REFUSAL_MS };
    const hasOthers = lane.size > 0;
    if (error.code === "throttled" && hasOthers) {
      lane.cap = Math.max(1, lane.size);
      return;
    }
    if (hasOthers && error.retryable) return;
    for (const waiter of [...lane.waiters]) waiter.reject(error);
  }

  #lease(lane: PoolLane<C, K>, entry: PoolEntry<C>, isReused: boolean): Lease<C> {
    const release = async (): Promise<void> => {
      if (!lane.leased.delete(entry)) return;
      this.#return(lane, entry);
    };
    const markBroken = (): void => {
      entry.isBroken = true;
    };
    const { connection, connectionId } = entry;
    return { connection, connectionId, isReused, markBroken, release, [Symbol.asyncDispose]: release };
  }

  #return(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    const isSpent = entry.uses >= this.limits.maxUses || entry.expiresAt <= this.#clock.now();
    const isUnclean = this.#factory.isClean?.(entry.connection) === false;
    if (this.#isClosed || entry.isBroken || isSpent || isUnclean) this.#end(lane, entry);
    else if (lane.size >= lane.cap) this.#end(lane, entry);
    else this.#lend(lane, entry);
    this.#serveStarved();
    if (this.#isClosed) this.#onDrained?.();
  }

  #park(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    const starved = this.#total >= this.limits.maxTotal && this.#waiting > 0;
    if (this.limits.idleTimeoutMs === 0 || starved) return this.#end(lane, entry);
    entry.state = "idle";
    entry.idleSince = this.#clock.now();
    lane.idle.push(entry);
    entry.cancelIdleTimer = this.#clock.schedule(this.limits.idleTimeoutMs, () => this.#dropped(lane, entry));
  }

  #dropped(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    entry.isBroken = true;
    const index = lane.idle.indexOf(entry);
    if (index < 0) return;
    lane.idle.splice(index, 1);
    this.#end(lane, entry);
  }

  #end(lane: PoolLane<C, K>, entry: PoolEntry<C>): void {
    if (entry.state === "closed") return;
    entry.state = "closed";
    entry.cancelIdleTimer();
    this.#total -= 1;
    lane.closed += 1;
    const closing: Promise<void> = this.#factory
      .close(entry.connection)
      .catch(() => {})
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    this.#serveStarved();
  }

  #serveStarved(): void {
    if (this.#waiting === 0) return;
    for (const lane of this.#lanes.values()) if (lane.waiters.size > 0) this.#serve(lane);
  }

  #hasRoom(lane: PoolLane<C, K>): boolean {
    if (this.#total < this.limits.maxTotal) return true;
    for (const other of this.#lanes.values()) {
      const entry = other === lane ? undefined : other.idle.shift();
      if (entry === undefined) continue;
      this.#end(other, entry);
      return this.#total < this.limits.maxTotal;
    }
    return false;
  }

  #abortSurplusOpenings(lane: PoolLane<C, K>): void {
    const surplus = [...lane.openings].slice(lane.waiters.size);
    for (const opening of surplus) opening.abort(poolClosed());
  }

  #drained(graceMs: number): Promise<void> {
    const isDrained = (): boolean => [...this.#lanes.values()].every((lane) => lane.leased.size === 0);
    if (isDrained() || graceMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(graceMs, resolve, { keepAlive: true });
      this.#onDrained = () => {
        if (!isDrained()) return;
        cancel();
        resolve();
      };
    });
  }
}

function poolClosed(): MailError {
  return new MailError("The connection pool is closed", {
    code: "closed",
    protocol: "core",
    phase: "acquire",
  });
}

function toPoolError(thrown: unknown): MailError {
  if (isMailError(thrown)) return thrown;
  return new MailError("Opening a connection failed", {
    code: "connection",
    protocol: "core",
    phase: "connect",
    cause: thrown,
  });
}
