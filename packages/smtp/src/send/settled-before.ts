import { abortError, onAbort } from "@mailwright/core/internal";

/**
 * Waits for what a caller's hook promised, but no longer than `graceMs` after the signal has fired: then rejects with
 * the signal's reason. What the hook does later is ignored.
 */
export async function settledBefore(promised: unknown, signal: AbortSignal, graceMs: number): Promise<void> {
  let stopListening = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    stopListening = onAbort(signal, () => {
      const giveUp = (): void => reject(abortError(signal, "smtp", "ledger"));
      if (graceMs > 0) timer = setTimeout(giveUp, graceMs);
      else giveUp();
    });
  });
  try {
    await Promise.race([promised, late]);
  } finally {
    stopListening();
    clearTimeout(timer);
  }
}
