import { type DeliveryResult, MailError, type OperationOptions } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import { SendProgress } from "./send-progress.js";

/** How one message is sent. */
export interface SendOptions extends OperationOptions {
  /**
   * Names this send. While it is under way, and once it ended in anything but "not sent, try again", a send
   * with the same key gives the same result instead of another message; the Message-ID follows from the key.
   */
  readonly idempotencyKey?: string | undefined;
  /**
   * What an earlier send of this message came to: it goes only to those who do not have it yet (`not-sent`, `deferred`; with
   * `retryUnknown` also `unknown`), under the same Message-ID. Rejects with `"invalid-argument"` for another message.
   */
  readonly resume?: DeliveryResult | undefined;
}

/** One call of `send`: how far it has come, and what may end it before its time. */
export interface SendCall {
  readonly options: SendOptions;
  readonly progress: SendProgress;
  /** Fires for everything that may end the call: the caller, the time, and the client's close. */
  readonly signal: AbortSignal;
  /** Takes the listeners and the timer off again. */
  readonly release: () => void;
}

/** The calls of one client that are under way: what ends each of them, and what ends them all. */
export class OpenCalls {
  /** Of the calls that somebody else may end. */
  readonly #controllers = new Set<AbortController>();
  /** Of the others, which end with the client alone: to make a signal takes longer than to write a message. */
  readonly #shared = new AbortController();

  /** Its signal fires with `"aborted"` or `"timeout"` as its reason, which says how far the send had come. */
  open(options: SendOptions): SendCall {
    const progress = new SendProgress();
    const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
    if (signal === undefined && timeoutMs >= 2 ** 31)
      return { options, progress, signal: this.#shared.signal, release: () => {} };
    const controller = new AbortController();
    this.#controllers.add(controller);
    const stops: (() => void)[] = [() => this.#controllers.delete(controller)];
    if (signal !== undefined) {
      stops.push(onAbort(signal, () => controller.abort(abortError(signal, "smtp", progress.phase))));
    }
    if (timeoutMs < 2 ** 31) {
      const timer = setTimeout(() => controller.abort(timedOut(timeoutMs, progress)), timeoutMs);
      stops.push(() => clearTimeout(timer));
    }
    const release = (): void => {
      for (const stop of stops) stop();
    };
    return { options, progress, signal: controller.signal, release };
  }

  /** Ends all of them, and every later one. */
  abort(reason: MailError): void {
    this.#shared.abort(reason);
    for (const controller of this.#controllers) controller.abort(reason);
  }
}

function timedOut(timeoutMs: number, { phase, cause }: SendProgress): MailError {
  const why = cause === undefined ? "" : `; the last attempt failed: ${cause.message}`;
  return new MailError(`The send took longer than ${timeoutMs} ms (${phase})${why}`, {
    code: "timeout",
    protocol: "smtp",
    phase,
    connectionBroken: true,
    retryable: true,
    cause,
  });
}
