import { setMaxListeners } from "node:events";
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

/**
 * The call's signal fires with `"aborted"` or `"timeout"` as its reason, which says how far the send had come; a
 * client that closes aborts those in `openCalls` with its own.
 */
export function openCall(options: SendOptions, openCalls: Set<AbortController>): SendCall {
  const progress = new SendProgress();
  const controller = new AbortController();
  const { signal, timeoutMs } = options;
  openCalls.add(controller);
  const stops: (() => void)[] = [() => openCalls.delete(controller)];
  if (signal !== undefined) {
    stops.push(follow(signal, () => controller.abort(abortError(signal, "smtp", progress.phase))));
  }
  if (timeoutMs !== undefined && timeoutMs < 2 ** 31) {
    const timer = setTimeout(() => controller.abort(timedOut(timeoutMs, progress)), timeoutMs);
    stops.push(() => clearTimeout(timer));
  }
  const release = (): void => {
    for (const stop of stops) stop();
  };
  return { options, progress, signal: controller.signal, release };
}

/** Any number of sends may follow one signal, and Node warns from the eleventh listener on unless told so. */
function follow(signal: AbortSignal, callback: () => void): () => void {
  setMaxListeners(0, signal);
  return onAbort(signal, callback);
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
