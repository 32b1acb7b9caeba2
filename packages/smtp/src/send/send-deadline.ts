import { setMaxListeners } from "node:events";
import { MailError, type OperationOptions } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type { SendProgress } from "./send-progress.js";

/** One signal for everything that may end a send: the caller, the time, and the client's close. */
export interface SendDeadline {
  readonly signal: AbortSignal;
  /** Takes the listeners and the timer off again. */
  readonly release: () => void;
}

/**
 * The signal fires with `"aborted"` or `"timeout"` as its reason, which says how far the send had come; a client
 * that closes aborts those in `openDeadlines` with its own.
 */
export function sendDeadline(
  options: OperationOptions,
  progress: SendProgress,
  openDeadlines: Set<AbortController>,
): SendDeadline {
  const controller = new AbortController();
  const { signal, timeoutMs } = options;
  openDeadlines.add(controller);
  const stops: (() => void)[] = [() => openDeadlines.delete(controller)];
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
  return { signal: controller.signal, release };
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
