import { MailError } from "../../errors/mail-error.js";
import { publishDiagnostic } from "../../observe/diagnostics.js";
import { toResult } from "../../results/result.js";
import type { Clock } from "../../time/clock.js";
import type { AcquireOptions, Lease } from "../contract/lease.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { ResolvedPoolLimits } from "../contract/pool-limits.js";
import type { ConnectionOpener } from "../opening/connection-opener.js";
import type { OpenQueue } from "../opening/open-queue.js";
import type { KeyState, PooledConnection } from "../state/key-state.js";
import { tooManyWaiting } from "../state/pool-error.js";

import { Waiter } from "../state/waiter.js";
import type { IdleConnections } from "./idle-connections.js";
import type { LeasedConnections } from "./leased-connections.js";
import type { LeaseTaker } from "./pool-lease.js";

const DONE = Promise.resolve();

/** What lending takes of the pool. */
export interface LenderParts<C, K extends PoolKey> {
  readonly limits: ResolvedPoolLimits;
  readonly clock: Clock;
  readonly leased: LeasedConnections<C, K>;
  readonly idle: IdleConnections<C, K>;
  readonly opener: ConnectionOpener<C, K>;
  readonly openQueue: OpenQueue<C, K>;
  /** A key may have neither connections nor waiters any more. */
  readonly rested: (state: KeyState<C, K>) => void;
}

/** Lends connections to those who wait, first come, first served, and takes them back. */
export class Lender<C, K extends PoolKey> implements LeaseTaker<C, K> {
  isClosed = false;
  #waiting = 0;
  readonly #parts: LenderParts<C, K>;

  constructor(parts: LenderParts<C, K>) {
    this.#parts = parts;
  }

  /** Lends an idle connection on the spot, or lets the caller wait in line. */
  request(state: KeyState<C, K>, options: AcquireOptions<C>): Promise<Lease<C>> {
    const now = this.#parts.clock.now();
    if (state.waiters.size === 0) {
      const entry = this.#takeIdle(state, options.prefer, now);
      if (entry !== undefined) return Promise.resolve(this.#parts.leased.begin(entry, this));
    }
    // Who finds none idle waits for those that work: a refusal of one more is none of those.
    const refusal = state.open > 0 || state.openings.size > 0 ? undefined : state.breaker.errorAt(now);
    return refusal === undefined ? this.#enqueue(state, options, now) : Promise.reject(refusal);
  }

  /** Takes a connection back; resolves once it is idle, lent again, or closed. */
  takeBack(entry: PooledConnection<C, K>): Promise<void> {
    const { leased, clock, limits, opener } = this.#parts;
    if (!leased.end(entry)) return DONE;
    const now = clock.now();
    if (this.isClosed) return opener.end(entry, "closed");
    if (entry.uses >= limits.maxUses) return opener.end(entry, "used up");
    if (!opener.isLendable(entry, now)) return opener.end(entry, "spent");
    entry.idleSince = now;
    entry.soundAt = now;
    return this.#give(entry);
  }

  releasedAgain(entry: PooledConnection<C, K>): void {
    this.#parts.leased.releasedAgain(entry);
  }

  /** Checks an idle connection, taken from the idle ones, and lends or parks it again when it still works. */
  async check(entry: PooledConnection<C, K>): Promise<void> {
    if (await this.#parts.opener.check(entry)) this.ready(entry);
    else this.serve(entry.state);
  }

  /** Lends or parks a connection that was just opened or checked. */
  ready(entry: PooledConnection<C, K>): void {
    const isWanted = entry.state.waiters.size > 0 || !entry.isSpent(this.#parts.clock.now());
    if (this.isClosed || !isWanted) void this.#parts.opener.end(entry, "not wanted");
    else void this.#give(entry);
    this.serve(entry.state);
  }

  /** Does what can be done for those who wait for a key. */
  serve(state: KeyState<C, K>): void {
    while (state.waiters.size > state.checks.size) {
      const waiter = state.waiters.first;
      const entry = waiter && this.#takeIdle(state, waiter.prefer, this.#parts.clock.now());
      if (entry !== undefined) waiter?.resolve(this.#parts.leased.begin(entry, this));
      else if (state.idle.length === 0) break;
    }
    this.#parts.openQueue.join(state);
  }

  /**
   * To the first in line; to nobody when another account has waited longer for a place, unless it was just
   * opened: whose turn it was is decided then, and a login is not thrown away; else to the idle.
   */
  #give(entry: PooledConnection<C, K>): Promise<void> {
    const { openQueue, idle, limits, opener, leased } = this.#parts;
    const waiter = entry.state.waiters.first;
    const rival = openQueue.starving?.waiters.first;
    const isTheirs = rival === undefined || entry.uses === 0;
    if (waiter !== undefined && (isTheirs || waiter.since <= rival.since)) {
      waiter.resolve(leased.begin(entry, this));
    } else if (rival !== undefined || limits.idleTimeoutMs === 0) {
      return opener.end(entry, "not wanted");
    } else {
      idle.add(entry);
    }
    return DONE;
  }

  /** Takes an idle connection that may be lent at once; one that was idle for long is checked first. */
  #takeIdle(
    state: KeyState<C, K>,
    prefer: ((connection: C) => boolean) | undefined,
    now: number,
  ): PooledConnection<C, K> | undefined {
    const { idle, opener, limits } = this.#parts;
    for (let entry = idle.take(state, prefer); entry !== undefined; entry = idle.take(state, prefer)) {
      if (!opener.isLendable(entry, now)) void opener.end(entry, "spent");
      else if (now - entry.soundAt <= limits.checkAfterIdleMs) return entry;
      else {
        void this.check(entry);
        return undefined;
      }
    }
    return undefined;
  }

  #enqueue(state: KeyState<C, K>, options: AcquireOptions<C>, now: number): Promise<Lease<C>> {
    return new Promise((resolve, reject) => {
      const left = (waiter: Waiter<C>, error?: MailError): void => this.#left(state, waiter, error);
      const waiter = new Waiter<C>(options, now, { resolve, reject, left });
      state.waiters.join(waiter);
      this.#waiting += 1;
      this.serve(state);
      const { maxWaiting } = this.#parts.limits;
      if (state.unserved > 0 && this.#waiting > maxWaiting) waiter.reject(tooManyWaiting(maxWaiting));
    });
  }

  #left(state: KeyState<C, K>, waiter: Waiter<C>, error?: MailError): void {
    state.waiters.leave(waiter);
    this.#waiting -= 1;
    this.#parts.openQueue.left(state, error === undefined);
    if (error === undefined) return;
    const newest = [...state.openings].at(-1);
    if (state.openings.size > state.waiters.size) newest?.abort(notWaitedFor());
    this.#parts.rested(state);
  }
}

function notWaitedFor(): MailError {
  const details = { code: "aborted", protocol: "core", phase: "connect", connectionBroken: true } as const;
  return new MailError("Nobody waits for this connection any more", details);
}

/**
 * Tells who listens how an acquire ended. In the asynchronous context of the caller, so that traces
 * hang together; not of whoever happened to give the connection back.
 */
export async function observedAcquire<C>(
  leasing: Promise<Lease<C>>,
  key: string,
  clock: Clock,
): Promise<Lease<C>> {
  const since = clock.now();
  const result = await toResult(leasing);
  const waitMs = clock.now() - since;
  publishDiagnostic("mailwright:pool:acquire", () => {
    if (!result.ok) return { key, waitMs, isReused: false, error: result.error };
    const { connectionId, isReused } = result.value;
    return { key, connectionId, waitMs, isReused };
  });
  if (result.ok) return result.value;
  throw result.error;
}
