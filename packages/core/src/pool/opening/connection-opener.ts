import type { MailError } from "../../errors/mail-error.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState } from "../state/key-state.js";
import { poolClosed, toPoolError } from "../state/pool-error.js";
import { PooledConnection } from "../state/pooled-connection.js";
import type { GuardedFactory } from "./guarded-factory.js";

/** What happens to the connections of a pool. */
export interface ConnectionEvents<C, K extends PoolKey> {
  /** Opened: lend it or park it. */
  ready(entry: PooledConnection<C, K>): void;
  /** The other side ended it. */
  dropped(entry: PooledConnection<C, K>): void;
  /** A place under the caps became free. */
  freed(lane: KeyState<C, K>): void;
}

/** How a dial ended; `aborted` by the pool itself. */
export interface DialOutcome {
  /** Called while the connection still counts as being opened. */
  opened(): void;
  failed(error: MailError): void;
  aborted(): void;
}

/** Opens, checks and ends connections, and counts them: all that the server may see count in `total`. */
export class ConnectionOpener<C, K extends PoolKey> {
  total = 0;
  closing = 0;
  readonly #onEmpty = new Set<() => void>();
  readonly #lifecycle: GuardedFactory<C, K>;
  readonly #clock: Clock;
  readonly #ageMs: () => number;
  readonly #events: ConnectionEvents<C, K>;

  constructor(
    lifecycle: GuardedFactory<C, K>,
    clock: Clock,
    ageMs: () => number,
    events: ConnectionEvents<C, K>,
  ) {
    this.#lifecycle = lifecycle;
    this.#clock = clock;
    this.#ageMs = ageMs;
    this.#events = events;
  }

  async open(lane: KeyState<C, K>, outcome: DialOutcome): Promise<void> {
    const controller = new AbortController();
    const connectionId = `${lane.key.label}#${++lane.lastNumber}`;
    const { generation } = lane;
    lane.openings.add(controller);
    this.total += 1;
    let entry: PooledConnection<C, K>;
    try {
      const connection = await this.#lifecycle.open(lane.key, connectionId, controller.signal);
      entry = this.#admit(lane, { connection, connectionId, generation });
    } catch (thrown) {
      lane.openings.delete(controller);
      this.total -= 1;
      if (controller.signal.aborted) outcome.aborted();
      else outcome.failed(toPoolError(thrown));
      this.#freed(lane);
      return;
    }
    lane.created += 1;
    outcome.opened();
    lane.openings.delete(controller);
    this.#events.ready(entry);
  }

  /** Whether it may be lent, as far as can be told without asking the server. */
  isLendable(entry: PooledConnection<C, K>, now: number): boolean {
    return !entry.isSpent(now) && this.#lifecycle.isClean(entry.connection);
  }

  /** Asks the server whether an idle connection, taken off the shelf, still works; if not, ends it. */
  async check(entry: PooledConnection<C, K>): Promise<boolean> {
    const controller = new AbortController();
    const { lane } = entry;
    lane.checks.add(controller);
    const isUsable = await this.#lifecycle.isUsable(entry.connection, controller.signal);
    lane.checks.delete(controller);
    const now = this.#clock.now();
    entry.soundAt = now;
    if (isUsable && !controller.signal.aborted && this.isLendable(entry, now)) return true;
    void this.end(entry, "unusable");
    return false;
  }

  /** Ends a connection that is neither lent nor on the shelf; resolves when it is closed. */
  async end(entry: PooledConnection<C, K>, reason: string): Promise<void> {
    if (entry.isClosed) return;
    const { lane } = entry;
    entry.isClosed = true;
    lane.closing += 1;
    this.closing += 1;
    await this.#lifecycle.close(entry.connection, entry.connectionId, reason);
    lane.closing -= 1;
    lane.closed += 1;
    this.closing -= 1;
    this.total -= 1;
    this.#freed(lane);
  }

  /** Resolves when no connection is left, or after `graceMs`. */
  emptied(graceMs: number): Promise<void> {
    if (this.total === 0 || graceMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        cancel?.();
        this.#onEmpty.delete(done);
        resolve();
      };
      const isBounded = graceMs !== Number.POSITIVE_INFINITY;
      const cancel = isBounded ? this.#clock.schedule(graceMs, done, { keepAlive: true }) : undefined;
      this.#onEmpty.add(done);
    });
  }

  /** Makes everything under way on a lane fail soon. */
  abort(lane: KeyState<C, K>): void {
    const error = poolClosed();
    for (const controller of [...lane.openings, ...lane.checks]) controller.abort(error);
  }

  #admit(
    lane: KeyState<C, K>,
    opened: { readonly connection: C; readonly connectionId: string; readonly generation: number },
  ): PooledConnection<C, K> {
    const now = this.#clock.now();
    const entry = new PooledConnection<C, K>(lane, opened, { now, expiresAt: now + this.#ageMs() });
    const dropped = (): void => {
      entry.isBroken = true;
      this.#events.dropped(entry);
    };
    try {
      this.#lifecycle.onClosed(opened.connection, dropped);
    } catch (error) {
      void this.#lifecycle.close(opened.connection, opened.connectionId, "cannot be watched");
      throw error;
    }
    return entry;
  }

  #freed(lane: KeyState<C, K>): void {
    this.#events.freed(lane);
    if (this.total === 0) for (const done of this.#onEmpty) done();
  }
}
