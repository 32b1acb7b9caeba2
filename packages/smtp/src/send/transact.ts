import { isMailError, type Lease } from "@mailwright/core";
import type { SmtpPoolKey } from "../connection/smtp-account.js";
import type { SmtpConnections } from "../connection/smtp-pool.js";
import type { SmtpSession } from "../connection/smtp-session.js";
import type { RenderedMessage } from "../message/rendered-message.js";
import type { TransactionOutcome } from "../transaction/conclude.js";
import type { SendProgress } from "./send-progress.js";

/** Where connections come from, and who may give up. */
export interface PooledContext {
  readonly pool: SmtpConnections;
  readonly key: SmtpPoolKey;
  /** Told how far the send has come. */
  readonly progress: SendProgress;
  readonly signal: AbortSignal;
}

/** What a transaction came to, and on which connection. */
export type PooledOutcome = TransactionOutcome & {
  readonly isStale?: boolean;
  readonly connectionId?: string | undefined;
};

/**
 * Sends over a pooled connection; one that turns out to have died while idle is replaced at once. `onAcquired` is awaited
 * once there is one, before anything of the message goes out; what it throws keeps it back.
 */
export async function transact(
  message: RenderedMessage,
  recipients: readonly string[],
  { pool, key, progress, signal }: PooledContext,
  onAcquired?: () => Promise<void>,
): Promise<PooledOutcome> {
  let hasBegun = onAcquired === undefined;
  const waitsFor = (): string => (pool.stats(key).opening > 0 ? "connect" : "acquire");
  for (;;) {
    progress.enter(waitsFor, () => pool.lastFailure(key));
    const lease = await acquire(pool, key, signal);
    const { connection: session, isReused } = lease;
    let release = (): Promise<void> => {
      release = () => Promise.resolve();
      return lease.release();
    };
    const isNextWaiting = (): boolean => pool.stats(key).waiting > 0;
    const handOn = (): boolean => {
      const isWanted = isNextWaiting();
      if (isWanted) void release();
      return isWanted;
    };
    const onPhase = (phase: string): void => progress.enter(phase);
    try {
      // Without a ledger nothing is awaited: the envelope may be to leave together with the chunk of another message.
      if (!hasBegun) {
        progress.enter("ledger");
        await onAcquired?.();
        hasBegun = true;
      }
      progress.enter("mail");
      const outcome = await session.deliver(message, recipients, signal, { isNextWaiting, handOn, onPhase });
      if (!outcome.isChunkRefused && !(outcome.isStale && isReused)) return outcome;
    } finally {
      // Not awaited: a connection that is closed now may have to wait for the answer to another message.
      void release();
    }
  }
}

/** Waits for a connection as long as others are in use, and so one will become free. */
async function acquire(
  pool: SmtpConnections,
  key: SmtpPoolKey,
  signal: AbortSignal,
): Promise<Lease<SmtpSession>> {
  for (;;) {
    try {
      return await pool.acquire(key, { signal });
    } catch (error) {
      const isInLine = isMailError(error) && error.code === "timeout" && error.phase === "acquire";
      if (!isInLine || signal.aborted || pool.stats(key).leased === 0) throw error;
    }
  }
}
