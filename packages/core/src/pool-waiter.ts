import { abortError, onAbort } from "./abort.js";
import type { Clock } from "./clock.js";
import type { AcquireOptions } from "./lease.js";
import { MailError } from "./mail-error.js";

/** What becomes of a waiter. */
export interface WaiterOutcome<E> {
  resolve(entry: E): void;
  reject(error: MailError): void;
  /** Called once when the waiter leaves the line for whatever reason. */
  leave(): void;
}

/** One caller in line for a connection. Settles exactly once; its timer and listener end with it. */
export class PoolWaiter<C, E> {
  readonly prefer: ((connection: C) => boolean) | undefined;
  readonly since: number;
  readonly #outcome: WaiterOutcome<E>;
  readonly #cancelTimer: () => void;
  readonly #stopListening: () => void;

  constructor(options: AcquireOptions<C>, timeoutMs: number, clock: Clock, outcome: WaiterOutcome<E>) {
    const { signal } = options;
    this.prefer = options.prefer;
    this.since = clock.now();
    this.#outcome = outcome;
    const timedOut = (): void => this.reject(acquireTimeout(timeoutMs));
    this.#cancelTimer = clock.schedule(timeoutMs, timedOut, { keepAlive: true });
    this.#stopListening = onAbort(signal, () => {
      if (signal !== undefined) this.reject(abortError(signal, "core", "acquire"));
    });
  }

  resolve(entry: E): void {
    this.#settle();
    this.#outcome.resolve(entry);
  }

  reject(error: MailError): void {
    this.#settle();
    this.#outcome.reject(error);
  }

  #settle(): void {
    this.#cancelTimer();
    this.#stopListening();
    this.#outcome.leave();
  }
}

function acquireTimeout(timeoutMs: number): MailError {
  const message = `No connection became free within ${timeoutMs} ms`;
  return new MailError(message, { code: "timeout", protocol: "core", phase: "acquire", retryable: true });
}
