import { type Lease, type MailError, type RetryPolicy, retry, withDeadline } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import { type Pop3SyncBatch, type Pop3SyncOptions, resolveSyncOptions } from "./sync-options.js";
import { SyncRun } from "./sync-run.js";

/** Where a sync gets its sessions. */
export interface SyncSource {
  readonly policy: RetryPolicy;
  /** The runs whose caller is busy with a batch. */
  readonly waiting: Set<SyncRun>;
  /** Why no session could be opened. */
  lastFailure(): MailError | undefined;
  /** A session could be opened before. */
  hasWorked(): boolean;
  acquire(signal: AbortSignal | undefined): Promise<Lease<Pop3Connection>>;
}

/** What `Pop3Client.sync()` does. */
export async function* syncMailbox(
  source: SyncSource,
  given: Pop3SyncOptions,
): AsyncGenerator<Pop3SyncBatch, void, undefined> {
  const options = resolveSyncOptions(given);
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  let current: Lease<Pop3Connection> | undefined;
  let stop: AbortSignal | undefined;
  const run = new SyncRun(options, async () => {
    current = undefined;
    current = await source.acquire(stop);
    return current;
  });
  const step = <T>(operation: () => Promise<T>): Promise<T> => {
    const cause = (): MailError | undefined => (current === undefined ? source.lastFailure() : undefined);
    const deadline = { timeoutMs, signal, protocol: "pop3", phase: "sync", cause } as const;
    return withDeadline(async (stopped) => {
      stop = stopped;
      const stopListening = onAbort(stopped, () =>
        current?.connection.wire.destroy(abortError(stopped, "pop3", "sync")),
      );
      try {
        const { policy, hasWorked } = source;
        return await retry(operation, policy, { signal: stopped, protocol: "pop3", hasWorked });
      } finally {
        stopListening();
      }
    }, deadline);
  };
  try {
    for (;;) {
      const batch = await step(() => run.nextBatch());
      if (batch === undefined) break;
      source.waiting.add(run);
      try {
        yield batch;
      } finally {
        source.waiting.delete(run);
      }
    }
    await step(() => run.deleteExpired());
  } finally {
    await run.stop();
  }
}
