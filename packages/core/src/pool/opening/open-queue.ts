import type { MailError } from "../../errors/mail-error.js";
import { LinkedList } from "../../linked-list.js";
import { publishDiagnostic } from "../../observe/diagnostics.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState } from "../state/key-state.js";
import type { ConnectionOpener } from "./connection-opener.js";
import type { HostBreaker } from "./host-breaker.js";

/** Failures that say something about the host rather than about the account. */
const OF_THE_HOST = new Set(["connection", "dns", "timeout", "tls"]);

/** What a line needs of its pool. */
export interface OpeningLineParts<C, K extends PoolKey> {
  readonly connections: ConnectionOpener<C, K>;
  readonly gates: HostBreaker<KeyState<C, K>>;
  readonly clock: Clock;
  readonly maxTotal: number;
  /** Ends the idle connection that was used longest ago; `false` when none is idle. */
  readonly evictIdle: () => boolean;
}

/**
 * The lanes that want to open a connection, served in turn, one connection each: under the total cap,
 * the account's learned cap, the gate of the host, and one login at a time until one has succeeded.
 */
export class OpenQueue<C, K extends PoolKey> {
  readonly #lanes = new LinkedList<KeyState<C, K>>();
  readonly #parts: OpeningLineParts<C, K>;
  #isStopped = false;

  constructor(parts: OpeningLineParts<C, K>) {
    this.#parts = parts;
  }

  /** The lane whose turn it is, when the total cap keeps it waiting and no place is about to become free. */
  get starving(): KeyState<C, K> | undefined {
    return this.#lanes.size > this.#parts.connections.closing ? this.#lanes.first?.value : undefined;
  }

  /** A lane may want connections. */
  join(lane: KeyState<C, K>): void {
    if (this.#isStopped || !this.#mayOpen(lane)) return;
    this.#lanes.append(lane.turn);
    this.serve();
  }

  /** A waiter of the lane left. If it was served, others come first now, however it was served. */
  left(lane: KeyState<C, K>, isServed: boolean): void {
    const isInNeed = lane.unserved > 0;
    if (isInNeed && !isServed) return;
    if (this.#lanes.remove(lane.turn) && isInNeed) this.#lanes.append(lane.turn);
  }

  /** Opens what the caps allow, and makes room by closing idle connections of others. */
  serve(): void {
    const { connections, maxTotal, evictIdle } = this.#parts;
    for (let lane = this.#next; lane !== undefined; lane = this.#next) {
      if (connections.total >= maxTotal) {
        while (connections.closing < this.#lanes.size && evictIdle());
        return;
      }
      this.#lanes.remove(lane.turn);
      if (!this.#mayOpen(lane)) continue;
      this.#open(lane);
      if (this.#mayOpen(lane)) this.#lanes.append(lane.turn);
    }
  }

  stop(lanes: Iterable<KeyState<C, K>>): void {
    this.#isStopped = true;
    for (const lane of lanes) {
      lane.wake?.cancel();
      this.#lanes.remove(lane.turn);
    }
  }

  get #next(): KeyState<C, K> | undefined {
    return this.#lanes.first?.value;
  }

  /** When a lane is kept back by time or by its host alone, it comes again by itself. */
  #mayOpen(lane: KeyState<C, K>): boolean {
    if (lane.unserved <= 0 || (!lane.breaker.isProven && lane.openings.size > 0)) return false;
    const at = lane.cap.mayOpenAt(lane.size);
    if (at === Number.POSITIVE_INFINITY) return false;
    if (at > this.#parts.clock.now()) {
      this.#wakeAt(lane, at);
      return false;
    }
    return this.#parts.gates.admits(lane.key.host, lane);
  }

  #wakeAt(lane: KeyState<C, K>, at: number): void {
    if (lane.wake !== undefined && lane.wake.at <= at) return;
    lane.wake?.cancel();
    const { clock } = this.#parts;
    const wake = (): void => {
      lane.wake = undefined;
      this.join(lane);
    };
    lane.wake = { at, cancel: clock.schedule(at - clock.now(), wake) };
  }

  #open(lane: KeyState<C, K>): void {
    const { connections, gates, clock } = this.#parts;
    const permit = gates.enter(lane.key.host);
    lane.cap.trying(lane.size, clock.now());
    void connections.open(lane, {
      opened: () => {
        lane.waiters.lastError = undefined;
        lane.breaker.granted();
        lane.cap.granted(lane.size);
        gates.succeeded(permit);
      },
      failed: (error) => {
        lane.failed += 1;
        lane.waiters.lastError = error;
        const isOfHost = error.retryable && OF_THE_HOST.has(error.code);
        const others = isOfHost ? gates.failed(permit) : [];
        this.#failed(lane, error);
        for (const other of others) this.#refuse(other, error);
        if (!isOfHost) gates.abandoned(permit);
      },
      aborted: () => gates.abandoned(permit),
    });
  }

  #failed(lane: KeyState<C, K>, error: MailError): void {
    const now = this.#parts.clock.now();
    if (error.code === "throttled") {
      lane.cap.refused(lane.size, now, error.retryAfterMs);
      const effectiveCap = lane.cap.value;
      publishDiagnostic("mailwright:pool:throttled", () => ({ key: lane.key.label, effectiveCap, error }));
    } else if (error.retryable) this.#refuse(lane, error);
    else {
      const isRefusedLogin = error.code === "authentication" && error.phase !== "credentials";
      if (isRefusedLogin) lane.breaker.refused(error, now);
      for (const waiter of lane.waiters) waiter.reject(error);
    }
  }

  /** Fails those who wait in a lane, unless a connection that works or a dial under way may yet serve them. */
  #refuse(lane: KeyState<C, K>, error: MailError): void {
    lane.waiters.lastError = error;
    if (lane.open > 0 || lane.openings.size > 0) return this.join(lane);
    for (const waiter of lane.waiters) waiter.reject(error);
  }
}
