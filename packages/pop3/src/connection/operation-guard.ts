import { MailError, type OperationOptions, systemClock } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type { Pop3Wire } from "./pop3-wire.js";

/**
 * Ends the connection when the caller's signal fires or `timeoutMs` passes: an answer that nobody waits for
 * any more cannot be told from the next one. The returned function lifts the guard.
 */
export function guardOperation(wire: Pop3Wire, options: OperationOptions, phase: string): () => void {
  const { signal, timeoutMs } = options;
  const cancelTimer =
    timeoutMs === undefined || timeoutMs === Number.POSITIVE_INFINITY
      ? () => {}
      : systemClock.schedule(timeoutMs, () => wire.destroy(timedOut(wire, timeoutMs, phase)), {
          keepAlive: true,
        });
  const stopListening = onAbort(signal, () => {
    if (signal !== undefined) wire.destroy(abortError(signal, "pop3", phase));
  });
  return () => {
    cancelTimer();
    stopListening();
  };
}

/** Runs one operation under {@link guardOperation}. */
export async function guarded<T>(
  wire: Pop3Wire,
  options: OperationOptions,
  phase: string,
  operation: () => Promise<T>,
): Promise<T> {
  const lift = guardOperation(wire, options, phase);
  try {
    return await operation();
  } finally {
    lift();
  }
}

function timedOut({ connectionId }: Pop3Wire, timeoutMs: number, phase: string): MailError {
  const details = { code: "timeout", protocol: "pop3", phase, connectionId } as const;
  const message = `Not finished within ${timeoutMs} ms (${phase})`;
  return new MailError(message, { ...details, connectionBroken: true, retryable: phase !== "quit" });
}
