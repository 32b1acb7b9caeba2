import { MailError } from "../../errors/mail-error.js";
import { LinkedList } from "../../linked-list.js";
import { publishDiagnostic } from "../../observe/diagnostics.js";
import type { Clock } from "../../time/clock.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState } from "../state/key-state.js";
import type { ConnectionOpener } from "./connection-opener.js";
import type { HostBreaker } from "./host-breaker.js";

/** Failures that say something about the host rather than about the account, unless they come at the login. */
const OF_THE_HOST = new Set(["connection", "dns", "timeout", "tls"]);
const OF_THE_ACCOUNT = new Set(["auth", "credentials"]);

/** What opening takes of the pool. */
export interface OpenQueueParts<C, K extends PoolKey> {
  readonly opener: ConnectionOpener<C, K>;
  readonly hosts: HostBreaker<KeyState<C, K>>;
  readonly clock: Clock;
  readonly maxTotal: number;
  /** Ends the idle connection that was used longest ago; `false` when none is idle. */
  readonly evictIdle: () => boolean;
}

/**
 * The keys that want to open a connection, served in turn, one connection each: under the total cap,
 * the account's learned cap, the gate of the host, and one login at a time until one has succeeded.
 */
export class OpenQueue<C, K extends PoolKey> {
  readonly #keys = new LinkedList<KeyState<C, K>>();
  readonly #parts: OpenQueueParts<C, K>;
  #isStopped = false;

  constructor(parts: OpenQueueParts<C, K>) {
    this.#parts = parts;
  }

  /** The key whose turn it is, when the total cap keeps it waiting and no place is about to become free. */
  get starving(): KeyState<C, K> | undefined {
    return this.#keys.size > this.#parts.opener.closing ? this.#keys.first?.value : undefined;
  }

  /** A key may want connections. */
  join(state: KeyState<C, K>): void {
    if (this.#isStopped || !this.#mayOpen(state)) return;
    this.#keys.append(state.turn);
    this.serve();
  }

  /** A waiter of a key left. If it was served, others come first now, however it was served. */
  left(state: KeyState<C, K>, isServed: boolean): void {
    const isInNeed = state.unserved > 0;
    if (isInNeed && !isServed) return;
    if (this.#keys.remove(state.turn) && isInNeed) this.#keys.append(state.turn);
  }

  /** Opens what the caps allow, and makes room by closing idle connections of others. */
  serve(): void {
    const { opener, maxTotal, evictIdle } = this.#parts;
    for (let state = this.#next; state !== undefined; state = this.#next) {
      if (opener.total >= maxTotal) {
        while (opener.closing < this.#keys.size && evictIdle());
        return;
      }
      this.#keys.remove(state.turn);
      if (!this.#mayOpen(state)) continue;
      this.#open(state);
      if (this.#mayOpen(state)) this.#keys.append(state.turn);
    }
  }

  /** A connection is gone. While the login of its account stays refused, nobody who waits gets another. */
  lost(state: KeyState<C, K>): void {
    const error = state.breaker.errorAt(this.#parts.clock.now());
    if (error !== undefined) this.#refuse(state, error);
  }

  stop(states: Iterable<KeyState<C, K>>): void {
    this.#isStopped = true;
    for (const state of states) {
      state.wake?.cancel();
      this.#keys.remove(state.turn);
    }
  }

  get #next(): KeyState<C, K> | undefined {
    return this.#keys.first?.value;
  }

  /** When a key is kept back by time or by its host alone, it comes again by itself. */
  #mayOpen(state: KeyState<C, K>): boolean {
    if (state.unserved <= 0 || (!state.breaker.isProven && state.openings.size > 0)) return false;
    const now = this.#parts.clock.now();
    const at = Math.max(state.cap.mayOpenAt(state.size), state.breaker.pausedUntil(now));
    if (at === Number.POSITIVE_INFINITY) return false;
    if (at > now) {
      this.#wakeAt(state, at);
      return false;
    }
    return this.#parts.hosts.admits(state.key.host, state);
  }

  #wakeAt(state: KeyState<C, K>, at: number): void {
    if (state.wake !== undefined && state.wake.at <= at) return;
    state.wake?.cancel();
    const { clock } = this.#parts;
    const wake = (): void => {
      state.wake = undefined;
      this.join(state);
    };
    state.wake = { at, cancel: clock.schedule(at - clock.now(), wake) };
  }

  #open(state: KeyState<C, K>): void {
    const { opener, hosts, clock } = this.#parts;
    const permit = hosts.enter(state.key.host);
    state.cap.trying(state.size, clock.now());
    void opener.open(state, {
      opened: () => {
        state.waiters.lastError = undefined;
        state.breaker.granted();
        state.cap.granted(state.size);
        hosts.succeeded(permit);
      },
      failed: (error) => {
        state.failed += 1;
        state.waiters.lastError = error;
        const isOfHost = isHostFailure(error);
        const others = isOfHost ? hosts.failed(permit) : [];
        this.#failed(state, error);
        for (const other of others) this.#refuse(other, withoutAccount(error));
        if (!isOfHost) hosts.abandoned(permit);
      },
      aborted: () => hosts.abandoned(permit),
    });
  }

  #failed(state: KeyState<C, K>, error: MailError): void {
    const isRefusedLogin = error.code === "authentication" && error.phase !== "credentials";
    if (isRefusedLogin && !error.retryable) state.breaker.refused(error, this.#parts.clock.now());
    if (error.code === "throttled") {
      this.#lowerCap(state, error);
      // Who waits behind connections that work gets one of those. Where there are none, and the server does not say for
      // how long, nothing is worth the wait.
      if (!mayServe(state) && error.retryAfterMs === undefined) this.#refuse(state, error);
    } else if (error.retryable) this.#refuse(state, error);
    else if (state.open > 0) {
      // One more is refused for good, those that are there work: the server grants no more than these.
      this.#lowerCap(state, error);
      this.join(state);
    } else if (state.openings.size === 0) this.#refuse(state, error);
  }

  #lowerCap(state: KeyState<C, K>, error: MailError): void {
    state.cap.refused(state.size, this.#parts.clock.now(), error.retryAfterMs);
    const effectiveCap = state.cap.value;
    publishDiagnostic("mailwright:pool:throttled", () => ({ key: state.key.label, effectiveCap, error }));
  }

  /** Fails those who wait for a key, unless a connection that works or a dial under way may yet serve them. */
  #refuse(state: KeyState<C, K>, error: MailError): void {
    state.waiters.lastError = error;
    if (mayServe(state)) return this.join(state);
    for (const waiter of state.waiters) waiter.reject(error);
  }
}

function mayServe<C, K extends PoolKey>(state: KeyState<C, K>): boolean {
  return state.open > 0 || state.openings.size > 0;
}

function isHostFailure({ retryable, code, phase = "" }: MailError): boolean {
  return retryable && OF_THE_HOST.has(code) && !OF_THE_ACCOUNT.has(phase);
}

/** The same failure for another account: the id of a connection names the user whose it was. */
function withoutAccount(error: MailError): MailError {
  if (error.connectionId === undefined) return error;
  const { message, code, protocol, retryable, connectionBroken, phase, server, retryAfterMs } = error;
  const details = { code, protocol, retryable, connectionBroken, phase, server, retryAfterMs };
  return new MailError(message, details);
}
