import { MailError } from "../../errors/mail-error.js";
import type { Clock } from "../../time/clock.js";
import type { AcquireOptions, Lease } from "../contract/lease.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { ResolvedPoolLimits } from "../contract/pool-limits.js";
import type { ConnectionOpener } from "../opening/connection-opener.js";
import type { OpenQueue } from "../opening/open-queue.js";
import type { KeyState } from "../state/key-state.js";
import { tooManyWaiting } from "../state/pool-error.js";
import type { PooledConnection } from "../state/pooled-connection.js";
import { Waiter } from "../state/waiter.js";
import type { IdleConnections } from "./idle-connections.js";
import type { LeasedConnections } from "./leased-connections.js";
import type { LeaseTaker } from "./pool-lease.js";

const DONE = Promise.resolve();

/** What a desk needs of its pool. */
export interface LendingDeskParts<C, K extends PoolKey> {
  readonly limits: ResolvedPoolLimits;
  readonly clock: Clock;
  readonly loans: LeasedConnections<C, K>;
  readonly shelf: IdleConnections<C, K>;
  readonly connections: ConnectionOpener<C, K>;
  readonly line: OpenQueue<C, K>;
  /** A lane may have become empty. */
  readonly rested: (lane: KeyState<C, K>) => void;
}

/** Lends connections to those who wait, first come, first served, and takes them back. */
export class Lender<C, K extends PoolKey> implements LeaseTaker<C, K> {
  isClosed = false;
  #waiting = 0;
  readonly #parts: LendingDeskParts<C, K>;

  constructor(parts: LendingDeskParts<C, K>) {
    this.#parts = parts;
  }

  /** Lends an idle connection on the spot, or lets the caller wait in line. */
  request(lane: KeyState<C, K>, options: AcquireOptions<C>): Promise<Lease<C>> {
    const now = this.#parts.clock.now();
    if (lane.waiters.size === 0) {
      const entry = this.#takeIdle(lane, options.prefer, now);
      if (entry !== undefined) return Promise.resolve(this.#parts.loans.begin(entry, this));
    }
    const refusal = lane.breaker.errorAt(now);
    return refusal === undefined ? this.#enqueue(lane, options, now) : Promise.reject(refusal);
  }

  /** Takes a connection back; resolves once it is idle, lent again, or closed. */
  takeBack(entry: PooledConnection<C, K>): Promise<void> {
    const { loans, clock, limits, connections } = this.#parts;
    if (!loans.end(entry)) return DONE;
    const now = clock.now();
    if (this.isClosed) return connections.end(entry, "closed");
    if (entry.uses >= limits.maxUses) return connections.end(entry, "used up");
    if (!connections.isLendable(entry, now)) return connections.end(entry, "spent");
    entry.idleSince = now;
    entry.soundAt = now;
    return this.#give(entry);
  }

  releasedAgain(entry: PooledConnection<C, K>): void {
    this.#parts.loans.releasedAgain(entry);
  }

  /** Checks an idle connection, taken off the shelf, and lends or parks it again when it still works. */
  async check(entry: PooledConnection<C, K>): Promise<void> {
    if (await this.#parts.connections.check(entry)) this.ready(entry);
    else this.serve(entry.lane);
  }

  /** Lends or parks a connection that was just opened or checked. */
  ready(entry: PooledConnection<C, K>): void {
    const isWanted = entry.lane.waiters.size > 0 || !entry.isSpent(this.#parts.clock.now());
    if (this.isClosed || !isWanted) void this.#parts.connections.end(entry, "not wanted");
    else void this.#give(entry);
    this.serve(entry.lane);
  }

  /** Does what can be done for those who wait in a lane. */
  serve(lane: KeyState<C, K>): void {
    while (lane.waiters.size > lane.checks.size) {
      const waiter = lane.waiters.first;
      const entry = waiter && this.#takeIdle(lane, waiter.prefer, this.#parts.clock.now());
      if (entry !== undefined) waiter?.resolve(this.#parts.loans.begin(entry, this));
      else if (lane.idle.length === 0) break;
    }
    this.#parts.line.join(lane);
  }

  /**
   * To the first in line; to nobody when another account has waited longer for a place, unless it was just
   * opened: whose turn it was is decided then, and a login is not thrown away; else to the shelf.
   */
  #give(entry: PooledConnection<C, K>): Promise<void> {
    const { line, shelf, limits, connections, loans } = this.#parts;
    const waiter = entry.lane.waiters.first;
    const rival = line.starving?.waiters.first;
    const isTheirs = rival === undefined || entry.uses === 0;
    if (waiter !== undefined && (isTheirs || waiter.since <= rival.since)) {
      waiter.resolve(loans.begin(entry, this));
    } else if (rival !== undefined || limits.idleTimeoutMs === 0) {
      return connections.end(entry, "not wanted");
    } else {
      shelf.add(entry);
    }
    return DONE;
  }

  /** Takes an idle connection that may be lent at once; one that was idle for long is checked first. */
  #takeIdle(
    lane: KeyState<C, K>,
    prefer: ((connection: C) => boolean) | undefined,
    now: number,
  ): PooledConnection<C, K> | undefined {
    const { shelf, connections, limits } = this.#parts;
    for (let entry = shelf.take(lane, prefer); entry !== undefined; entry = shelf.take(lane, prefer)) {
      if (!connections.isLendable(entry, now)) void connections.end(entry, "spent");
      else if (now - entry.soundAt <= limits.checkAfterIdleMs) return entry;
      else {
        void this.check(entry);
        return undefined;
      }
    }
    return undefined;
  }

  #enqueue(lane: KeyState<C, K>, options: AcquireOptions<C>, now: number): Promise<Lease<C>> {
    return new Promise((resolve, reject) => {
      const left = (waiter: Waiter<C>, error?: MailError): void => this.#left(lane, waiter, error);
      const waiter = new Waiter<C>(options, now, { resolve, reject, left });
      lane.waiters.join(waiter);
      this.#waiting += 1;
      this.serve(lane);
      const { maxWaiting } = this.#parts.limits;
      if (lane.unserved > 0 && this.#waiting > maxWaiting) waiter.reject(tooManyWaiting(maxWaiting));
    });
  }

  #left(lane: KeyState<C, K>, waiter: Waiter<C>, error?: MailError): void {
    lane.waiters.leave(waiter);
    this.#waiting -= 1;
    this.#parts.line.left(lane, error === undefined);
    if (error === undefined) return;
    const newest = [...lane.openings].at(-1);
    if (lane.openings.size > lane.waiters.size) newest?.abort(notWaitedFor());
    this.#parts.rested(lane);
  }
}

function notWaitedFor(): MailError {
  const details = { code: "aborted", protocol: "core", phase: "connect", connectionBroken: true } as const;
  return new MailError("Nobody waits for this connection any more", details);
}
