import type { MailError } from "../../errors/mail-error.js";
import { LinkedNode } from "../../linked-list.js";
import { abortError, onAbort } from "../../time/abort.js";
import type { AcquireOptions, Lease } from "../contract/lease.js";

/** Settles the promise of a waiter, and hears of it before. */
export interface WaiterOutcome<C> {
  resolve(lease: Lease<C>): void;
  reject(error: MailError): void;
  /** Called once, when the waiter leaves the line: served, or with the error that it gets. */
  left(waiter: Waiter<C>, error?: MailError): void;
}

/** One caller in line for a connection. Settles exactly once; its listener ends with it. */
export class Waiter<C> {
  readonly place: LinkedNode<Waiter<C>> = new LinkedNode<Waiter<C>>(this);
  readonly since: number;
  readonly prefer: ((connection: C) => boolean) | undefined;
  /** Its own limit; most waiters have that of the pool. */
  readonly timeoutMs: number | undefined;
  cancelTimer: (() => void) | undefined;
  readonly #outcome: WaiterOutcome<C>;
  readonly #stopListening: (() => void) | undefined;

  constructor(options: AcquireOptions<C>, since: number, outcome: WaiterOutcome<C>) {
    const { signal, prefer, timeoutMs } = options;
    this.since = since;
    this.prefer = prefer;
    this.timeoutMs = timeoutMs;
    this.#outcome = outcome;
    if (signal !== undefined) {
      this.#stopListening = onAbort(signal, () => this.reject(abortError(signal, "core", "acquire")));
    }
  }

  resolve(lease: Lease<C>): void {
    this.#leave();
    this.#outcome.resolve(lease);
  }

  reject(error: MailError): void {
    this.#leave(error);
    this.#outcome.reject(error);
  }

  #leave(error?: MailError): void {
    this.#stopListening?.();
    this.#outcome.left(this, error);
  }
}
