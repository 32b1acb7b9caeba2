import { isMailError, MailError, type MailProtocol } from "../errors/mail-error.js";
import { type Clock, systemClock } from "./clock.js";

/** The error for a signal that has fired: the reason itself when it is a `MailError`, else `"aborted"`. */
export function abortError(signal: AbortSignal, protocol: MailProtocol, phase?: string): MailError {
  if (isMailError(signal.reason)) return signal.reason;
  const cause: unknown = signal.reason;
  return new MailError("The operation was aborted", {
    code: "aborted",
    protocol,
    phase,
    connectionBroken: true,
    cause,
  });
}

/** Throws the signal's {@link abortError} when it has fired. */
export function throwIfAborted(
  signal: AbortSignal | undefined,
  protocol: MailProtocol,
  phase?: string,
): void {
  if (signal?.aborted === true) throw abortError(signal, protocol, phase);
}

/**
 * Calls back when the signal fires, at once when it has; the answer takes the listener off again. However
 * many wait for a signal, it has one listener of ours: Node warns of a leak from the eleventh on.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    callback();
    return () => {};
  }
  const waiting = waitingFor.get(signal) ?? listenTo(signal);
  // The same function may wait twice.
  const wake = (): void => callback();
  waiting.callbacks.add(wake);
  return () => {
    waiting.callbacks.delete(wake);
    if (waiting.callbacks.size > 0 || waitingFor.get(signal) !== waiting) return;
    waitingFor.delete(signal);
    signal.removeEventListener("abort", waiting.listener);
  };
}

interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const waitingFor = new WeakMap<AbortSignal, Waiting>();

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    waitingFor.delete(signal);
    for (const wake of callbacks) wake();
  };
  const waiting = { callbacks, listener };
  waitingFor.set(signal, waiting);
  signal.addEventListener("abort", listener, { once: true });
  return waiting;
}

/** Waits; rejects with `"aborted"` as soon as the signal fires. */
export function sleep(
  delayMs: number,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly protocol: MailProtocol;
    readonly clock?: Clock;
  },
): Promise<void> {
  const { signal, protocol, clock = systemClock } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(abortError(signal, protocol));
    const cancel = clock.schedule(
      delayMs,
      () => {
        stopListening();
        resolve();
      },
      { keepAlive: true },
    );
    const stopListening = onAbort(signal, () => {
      cancel();
      if (signal !== undefined) reject(abortError(signal, protocol));
    });
  });
}
