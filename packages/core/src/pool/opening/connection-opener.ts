import type { MailError } from "../../errors/mail-error.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState } from "../state/key-state.js";
import { PooledConnection } from "../state/key-state.js";
import { poolClosed, toPoolError } from "../state/pool-error.js";
import type { GuardedFactory } from "./guarded-factory.js";

/** What happens to the connections of a pool. */
export interface ConnectionEvents<C, K extends PoolKey> {
  /** Opened: lend it or park it. */
  ready(entry: PooledConnection<C, K>): void;
  /** The other side ended it. */
  dropped(entry: PooledConnection<C, K>): void;
  /** A place under the caps became free. */
  freed(state: KeyState<C, K>): void;
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
  /** One signal each, so that what listens to it ends with its connection. */
  readonly #closings = new Set<AbortController>();
  readonly #onEmpty = new Set<() => void>();
  readonly #factory: GuardedFactory<C, K>;
  readonly #clock: Clock;
  readonly #ageMs: () => number;
  readonly #events: ConnectionEvents<C, K>;

  constructor(
    factory: GuardedFactory<C, K>,
    clock: Clock,
    ageMs: () => number,
    events: ConnectionEvents<C, K>,
  ) {
    this.#factory = factory;
    this.#clock = clock;
    this.#ageMs = ageMs;
    this.#events = events;
  }

  async open(state: KeyState<C, K>, outcome: DialOutcome): Promise<void> {
    const controller = new AbortController();
    const connectionId = `${state.key.label}#${++state.lastNumber}`;
    const { generation } = state;
    state.openings.add(controller);
    this.total += 1;
    let entry: PooledConnection<C, K>;
    try {
      const connection = await this.#factory.open(state.key, connectionId, controller.signal);
      entry = this.#admit(state, { connection, connectionId, generation });
    } catch (thrown) {
      state.openings.delete(controller);
      this.total -= 1;
      if (controller.signal.aborted) outcome.aborted();
      else outcome.failed(toPoolError(thrown));
      this.#freed(state);
      return;
    }
    state.created += 1;
    outcome.opened();
    state.openings.delete(controller);
    this.#events.ready(entry);
  }

  /** Whether it may be lent, as far as can be told without asking the server. */
  isLendable(entry: PooledConnection<C, K>, now: number): boolean {
    return !entry.isSpent(now) && this.#factory.isClean(entry.connection);
  }

  /** Asks the server whether an idle connection, taken from the idle ones, still works; if not, ends it. */
  async check(entry: PooledConnection<C, K>): Promise<boolean> {
    const controller = new AbortController();
    const { state } = entry;
    state.checks.add(controller);
    const isUsable = await this.#factory.isUsable(entry.connection, controller.signal);
    state.checks.delete(controller);
    const now = this.#clock.now();
    entry.soundAt = now;
    if (isUsable && !controller.signal.aborted && this.isLendable(entry, now)) return true;
    void this.end(entry, "unusable");
    return false;
  }

  /** Ends a connection that is neither lent nor among the idle ones, `isCut` at once; resolves when it is closed. */
  async end(entry: PooledConnection<C, K>, reason: string, isCut = false): Promise<void> {
    if (entry.isClosed) return;
    const { state } = entry;
    entry.isClosed = true;
    state.closing += 1;
    this.closing += 1;
    const controller = new AbortController();
    if (isCut) controller.abort();
    this.#closings.add(controller);
    await this.#factory.close(entry.connection, entry.connectionId, reason, controller.signal);
    this.#closings.delete(controller);
    state.closing -= 1;
    state.closed += 1;
    this.closing -= 1;
    this.total -= 1;
    this.#freed(state);
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

  /** Ends what is being closed at once. */
  cut(): void {
    for (const controller of this.#closings) controller.abort();
  }

  /** Makes everything under way for a key fail soon. */
  abort(state: KeyState<C, K>): void {
    const error = poolClosed();
    for (const controller of [...state.openings, ...state.checks]) controller.abort(error);
  }

  #admit(
    state: KeyState<C, K>,
    opened: { readonly connection: C; readonly connectionId: string; readonly generation: number },
  ): PooledConnection<C, K> {
    const now = this.#clock.now();
    const entry = new PooledConnection<C, K>(state, opened, { now, expiresAt: now + this.#ageMs() });
    const dropped = (): void => {
      entry.isBroken = true;
      this.#events.dropped(entry);
    };
    try {
      this.#factory.onClosed(opened.connection, dropped);
    } catch (error) {
      void this.#factory.close(
        opened.connection,
        opened.connectionId,
        "cannot be watched",
        AbortSignal.abort(),
      );
      throw error;
    }
    return entry;
  }

  #freed(state: KeyState<C, K>): void {
    this.#events.freed(state);
    if (this.total === 0) for (const done of this.#onEmpty) done();
  }
}
