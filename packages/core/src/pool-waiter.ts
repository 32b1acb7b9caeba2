import { abortError, onAbort } from "./abort.js";
import { ChainNode } from "./chain.js";
import type { Clock } from "./clock.js";
import type { AcquireOptions, Lease } from "./lease.js";
import type { MailError } from "./mail-error.js";
import { acquireTimeout } from "./pool-error.js";

/** What becomes of a waiter. */
export interface WaiterOutcome<C> {
  resolve(lease: Lease<C>): void;
  reject(error: MailError): void;
  /** Called once when the waiter leaves the line, before its promise settles. */
  left(waiter: PoolWaiter<C>, isServed: boolean): void;
  /** Why nothing could be opened for it so far. */
  lastError(): MailError | undefined;
}

/** One caller in line for a connection. Settles exactly once; its timer and listener end with it. */
export class PoolWaiter<C> {
  readonly place: ChainNode<PoolWaiter<C>> = new ChainNode<PoolWaiter<C>>(this);
  readonly prefer: ((connection: C) => boolean) | undefined;
  readonly since: number;
  readonly #outcome: WaiterOutcome<C>;
  readonly #cancelTimer: () => void;
  readonly #stopListening: () => void;

  constructor(options: AcquireOptions<C>, timeoutMs: number, clock: Clock, outcome: WaiterOutcome<C>) {
    const { signal, prefer } = options;
    this.prefer = prefer;
    this.since = clock.now();
    this.#outcome = outcome;
    const timedOut = (): void => this.reject(acquireTimeout(timeoutMs, outcome.lastError()));
    this.#cancelTimer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? () => {}
        : clock.schedule(timeoutMs, timedOut, { keepAlive: true });
    this.#stopListening = onAbort(signal, () => {
      if (signal !== undefined) this.reject(abortError(signal, "core", "acquire"));
    });
  }

  resolve(lease: Lease<C>): void {
    this.#leave(true);
    this.#outcome.resolve(lease);
  }

  reject(error: MailError): void {
    this.#leave(false);
    this.#outcome.reject(error);
  }

  #leave(isServed: boolean): void {
    this.#cancelTimer();
    this.#stopListening();
    this.#outcome.left(this, isServed);
  }
}
