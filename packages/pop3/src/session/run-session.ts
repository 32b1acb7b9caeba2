import {
  type ConnectionPool,
  type Lease,
  type MailError,
  type OperationOptions,
  type RetryPolicy,
  retry,
  withDeadline,
} from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import type { Pop3PoolKey } from "../connection/pop3-pool.js";
import { abandonSession, commitSession } from "./end-session.js";
import { Pop3Session } from "./pop3-session.js";

/** Where a session comes from and what may be repeated. */
export interface SessionSource {
  readonly pool: ConnectionPool<Pop3Connection, Pop3PoolKey>;
  readonly key: Pop3PoolKey;
  readonly policy: RetryPolicy;
  /** The whole session, task included, may be tried again; else only connecting. */
  readonly isRepeatable: boolean;
}

/** Opens a session, runs the task in it and ends it; deletions count only when this resolves. */
export function runSession<T>(
  source: SessionSource,
  task: (box: Pop3Session) => Promise<T>,
  options: OperationOptions,
): Promise<T> {
  const { pool, key, policy, isRepeatable } = source;
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
  let isOpen = false;
  const cause = (): MailError | undefined => (isOpen ? undefined : pool.lastFailure(key));
  const deadline = { timeoutMs, signal, protocol: "pop3", phase: "session", cause } as const;
  return withDeadline(async (stop) => {
    const hasWorked = (): boolean => pool.stats(key).created > 0;
    const retrying = { signal: stop, protocol: "pop3", hasWorked } as const;
    const acquire = (): Promise<Lease<Pop3Connection>> => pool.acquire(key, { signal: stop });
    const workOn = async (lease: Lease<Pop3Connection>): Promise<T> => {
      isOpen = true;
      return work(lease, task, stop).finally(() => {
        isOpen = false;
      });
    };
    if (isRepeatable) return retry(async () => workOn(await acquire()), policy, retrying);
    return workOn(await retry(acquire, policy, retrying));
  }, deadline);
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function work<T>(
  lease: Lease<Pop3Connection>,
  task: (box: Pop3Session) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { connection } = lease;
  const { wire } = connection;
  const stopListening = onAbort(signal, () => {
    wire.destroy(abortError(signal, "pop3", "session"));
    // The task may take its time to notice, or never do; the next session need not wait for it.
    lease.markBroken();
    void lease.release();
  });
  try {
    return await perform(connection, task);
  } finally {
    stopListening();
    lease.markBroken();
    await lease.release();
  }
}

async function perform<T>(connection: Pop3Connection, task: (box: Pop3Session) => Promise<T>): Promise<T> {
  const box = new Pop3Session(connection);
  let value: T;
  try {
    value = await task(box);
  } catch (error) {
    box.leaveStream();
    await abandonSession(connection, box.hasAskedToDelete);
    throw error;
  }
  box.leaveStream();
  const { logger } = connection.account;
  const { connectionId } = box;
  const deletions = box.deletions.size;
  try {
    await commitSession(connection, deletions);
  } catch (error) {
    logger.error({ connectionId, deletions, error: toText(error) }, "POP3 deletions are not confirmed");
    throw error;
  }
  logger.debug({ connectionId, deletions }, "POP3 session over");
  return value;
}
