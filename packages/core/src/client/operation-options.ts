/** What every asynchronous method of every client takes. */
export interface OperationOptions {
  /** Aborts the operation, also while it waits in a queue or for a retry; it rejects with `"aborted"`. */
  readonly signal?: AbortSignal | undefined;
  /** Wall-clock limit in milliseconds for the whole call, retries included; it rejects with `"timeout"`. */
  readonly timeoutMs?: number | undefined;
}
