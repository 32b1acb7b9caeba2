import type { MailProtocol } from "../errors/mail-error.js";
import { abortError, onAbort, throwIfAborted } from "./abort.js";

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  callers: number;
}

/**
 * Lets callers who want the same thing at the same time share one call. The call is aborted only when
 * all of them have given up.
 */
export class SingleFlight<T> {
  readonly #call: (signal: AbortSignal) => Promise<T>;
  #flight: Flight<T> | undefined;

  constructor(call: (signal: AbortSignal) => Promise<T>) {
    this.#call = call;
  }

  /** Joins the call under way, or starts one. Rejects at once when the caller's signal fires. */
  async run(protocol: MailProtocol, signal?: AbortSignal): Promise<T> {
    throwIfAborted(signal, protocol);
    const flight = this.#flight ?? this.#start();
    flight.callers += 1;
    let stopListening = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      stopListening = onAbort(signal, () => signal && reject(abortError(signal, protocol)));
    });
    try {
      return await Promise.race([flight.result, aborted]);
    } finally {
      stopListening();
      flight.callers -= 1;
      if (flight.callers === 0 && this.#flight === flight) {
        this.#flight = undefined;
        flight.controller.abort();
      }
    }
  }

  #start(): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: this.#call(controller.signal), controller, callers: 0 };
    const land = (): void => {
      if (this.#flight === flight) this.#flight = undefined;
    };
    flight.result.then(land, land);
    this.#flight = flight;
    return flight;
  }
}
