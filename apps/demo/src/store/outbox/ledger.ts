import { and, eq, type SQL, sql } from "drizzle-orm";
import type { StoredError } from "../../db/schema/accounts.js";
import { outboxAttempts, outboxRecipients } from "../../db/schema/outbox.js";
import type { Tenant } from "../tenant.js";
import { ClaimLostError, checkIn, inSeconds, type OutboxClaim } from "./claims.js";
import { changeOutbox, lockOutbox, type OutboxEntry, stepOutbox } from "./entry.js";
import type { OutboxRecipient } from "./outbox.js";
import { countSent } from "./send-rates.js";
import { type OutboxState, retryAfterSeconds } from "./states.js";

/** What an attempt came to. */
export interface AttemptOutcome {
  readonly status: Extract<
    OutboxState,
    "accepted" | "partial" | "rejected" | "invalid" | "deferred" | "not-sent" | "unknown"
  >;
  readonly recipients: readonly Omit<OutboxRecipient, "bounce" | "bouncedAt">[];
  readonly phase: string;
  readonly startedAt: Date;
  readonly connectionId?: string | undefined;
  readonly error?: StoredError | undefined;
  /** Whether another attempt may go better. */
  readonly retryable: boolean;
  /** Whether the sender's copy must be looked for once a server has the message. */
  readonly needsSentCopy: boolean;
}

/**
 * Writes into the ledger that the attempt begins; in a transaction, before anything leaves. Throws
 * {@link ClaimLostError} for a claim that is over: then nothing may leave.
 */
export async function beginAttempt(tenant: Tenant, claim: OutboxClaim, startedAt: Date): Promise<void> {
  const row = await requireClaim(tenant, claim);
  await changeOutbox(tenant, row.id, { begun: true, leaseUntil: inSeconds(claim.seconds) });
  const { holder, attempt } = claim;
  const values = { outboxId: row.id, tenantId: tenant.id, holder, attempt, phase: "begun", startedAt };
  await tenant.sql.insert(outboxAttempts).values(values);
}

/**
 * Writes what the attempt came to, in the ledger, for each recipient and for the message; in one transaction. Throws
 * {@link ClaimLostError} for a claim that is over.
 */
export async function settleAttempt(
  tenant: Tenant,
  claim: OutboxClaim,
  outcome: AttemptOutcome,
): Promise<OutboxEntry> {
  const row = await requireClaim(tenant, claim);
  const { phase, startedAt, connectionId = null, error = null } = outcome;
  const finished = { phase, connectionId, error, finishedAt: sql`now()` };
  const { holder, attempt } = claim;
  await tenant.sql
    .insert(outboxAttempts)
    .values({ outboxId: row.id, tenantId: tenant.id, holder, attempt, startedAt, ...finished })
    .onConflictDoUpdate({ target: [outboxAttempts.outboxId, outboxAttempts.attempt], set: finished });
  for (const { address, ...result } of outcome.recipients)
    await tenant.sql
      .update(outboxRecipients)
      .set(result)
      .where(
        and(
          eq(outboxRecipients.tenantId, tenant.id),
          eq(outboxRecipients.outboxId, row.id),
          eq(outboxRecipients.address, address),
        ),
      );
  if (claim.isRated) await countSent(tenant, row, outcome.status === "unknown");
  return await stepOutbox(tenant, row, outcome.status, {
    holder: null,
    leaseUntil: null,
    begun: false,
    nextTryAt: nextTry(outcome, attempt),
    ...toCheck(row, outcome),
  });
}

function nextTry({ status, retryable, recipients }: AttemptOutcome, attempt: number): SQL | null {
  const isOpen = recipients.some((one) => one.status === "deferred" || one.status === "not-sent");
  const isTried = status === "partial" ? isOpen : retryable && status !== "unknown";
  const seconds = retryAfterSeconds(attempt);
  return isTried && seconds !== undefined ? inSeconds(seconds) : null;
}

function toCheck(row: OutboxEntry, { status, needsSentCopy }: AttemptOutcome) {
  if (status === "unknown") return { checks: 0, checkAt: checkIn(0) };
  const isTaken = status === "accepted" || status === "partial";
  if (!isTaken || row.sentCopy !== "none") return {};
  return needsSentCopy
    ? { sentCopy: "due" as const, checks: 0, checkAt: checkIn(0) }
    : { sentCopy: "server" as const };
}

async function requireClaim(tenant: Tenant, claim: OutboxClaim): Promise<OutboxEntry> {
  const row = await lockOutbox(tenant, claim.id);
  if (row?.state === "sending" && row.epoch === claim.epoch && row.holder === claim.holder) return row;
  throw new ClaimLostError(`The claim of the message ${claim.id} is over`);
}
