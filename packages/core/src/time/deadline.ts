import { MailError, type MailProtocol } from "../errors/mail-error.js";
import { abortError, onAbort } from "./abort.js";
import { type Clock, systemClock } from "./clock.js";

/** How long an operation may take, and who it is in the error. */
export interface DeadlineOptions {
  /** Wall-clock limit in milliseconds; `Infinity` for none. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly protocol: MailProtocol;
  /** What the time ran out in, asked for when it does. */
  readonly phase: string | (() => string);
  /** Why nothing came of it so far, asked for when the time runs out: told in the message, kept as the cause. */
  readonly cause?: (() => MailError | undefined) | undefined;
  readonly connectionId?: string | undefined;
  /** Who was to answer, for the message: `imap.example.com:993`. */
  readonly serverName?: string | undefined;
  /** Whether repeating the operation is harmless, asked for when the time runs out. @defaultValue false */
  readonly retryable?: boolean | (() => boolean) | undefined;
  readonly clock?: Clock;
}

/**
 * Runs an operation under a wall-clock deadline, apart from any socket's idle timeout: a server that
 * sends a byte a second cannot hold the caller. When time runs out or the caller aborts, the signal
 * given to the operation fires (destroy the socket there) and the promise rejects at once with
 * `"timeout"` or `"aborted"`, whether or not the operation heeds it; what it does later is ignored.
 */
export function withDeadline<T>(
  operation: (signal: AbortSignal) => PromiseLike<T>,
  options: DeadlineOptions,
): Promise<T> {
  const { timeoutMs, protocol, connectionId, serverName, clock = systemClock } = options;
  const phaseNow = (): string => (typeof options.phase === "string" ? options.phase : options.phase());
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (error: MailError): void => {
      settle();
      reject(error);
      controller.abort(error);
    };
    const cancelTimer = Number.isFinite(timeoutMs)
      ? clock.schedule(
          timeoutMs,
          () => {
            const phase = phaseNow();
            const cause = options.cause?.();
            const why = cause === undefined ? "" : `; the last attempt to connect failed: ${cause.message}`;
            const from = serverName === undefined ? "" : ` from ${serverName}`;
            const message = `No complete answer${from} within ${timeoutMs} ms (${phase})${why}`;
            const retryable =
              typeof options.retryable === "function" ? options.retryable() : options.retryable;
            const broken = { connectionBroken: true, connectionId, retryable, cause };
            stop(new MailError(message, { code: "timeout", protocol, phase, ...broken }));
          },
          { keepAlive: true },
        )
      : () => {};
    let stopListening = (): void => {};
    const settle = (): void => {
      cancelTimer();
      stopListening();
    };
    const caller = options.signal;
    if (caller !== undefined) {
      stopListening = onAbort(caller, () => stop(abortError(caller, protocol, phaseNow())));
      if (caller.aborted) return;
    }
    start(operation, controller.signal).then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: unknown) => {
        settle();
        reject(error);
      },
    );
  });
}

/** An operation that throws before its first promise must not leave the timer behind. */
function start<T>(operation: (signal: AbortSignal) => PromiseLike<T>, signal: AbortSignal): PromiseLike<T> {
  try {
    return operation(signal);
  } catch (error) {
    return Promise.reject(error);
  }
}
