import { and, eq, inArray, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import type { StoredError } from "../db/schema/accounts.js";
import { outbox, outboxAttempts, outboxRecipients } from "../db/schema/outbox.js";
import type { OutboxRecipient } from "./outbox.js";
import { changeOutbox, lockOutbox, type OutboxEntry, stepOutbox } from "./outbox-entry.js";
import { checkAfterSeconds, nextState, type OutboxState, retryAfterSeconds } from "./outbox-states.js";
import type { Tenant } from "./tenant.js";

/** The right to send a message, for one attempt. Its epoch is higher than that of any claim before. */
export interface OutboxClaim {
  readonly id: string;
  readonly holder: string;
  readonly epoch: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Somebody else has the message by now, or nobody: what was about to happen must not. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";
}

/** What an attempt came to. */
export interface AttemptOutcome {
  readonly status: Extract<
    OutboxState,
    "accepted" | "partial" | "rejected" | "invalid" | "deferred" | "not-sent" | "unknown"
  >;
  readonly recipients: readonly OutboxRecipient[];
  readonly phase: string;
  readonly startedAt: Date;
  readonly connectionId?: string | undefined;
  readonly error?: StoredError | undefined;
  /** Whether another attempt may go better. */
  readonly retryable: boolean;
  /** Whether the sender's copy must be looked for once a server has the message. */
  readonly needsSentCopy: boolean;
}

/** A message that something is to be done about, of any tenant. */
export interface DueMessage {
  readonly tenantId: string;
  readonly id: string;
}

/** How long a claim lasts without a renewal, in seconds. */
const CLAIM_SECONDS = 30;
const fresh = inSeconds(CLAIM_SECONDS);
const CLAIMABLE = ["scheduled", "queued", "deferred", "not-sent", "partial", "resolved"] as const;

/** The messages whose time has come, of all tenants, those that wait longest first. */
export async function listDue(database: Sql, limit: number): Promise<DueMessage[]> {
  return await database
    .select({ tenantId: outbox.tenantId, id: outbox.id })
    .from(outbox)
    .where(and(inArray(outbox.state, CLAIMABLE), lte(outbox.nextTryAt, sql`now()`)))
    .orderBy(outbox.nextTryAt)
    .limit(limit);
}

/** The messages that somebody claimed and was not heard of again, of all tenants. */
export async function listLapsed(database: Sql): Promise<DueMessage[]> {
  return await database
    .select({ tenantId: outbox.tenantId, id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.state, "sending"), lte(outbox.leaseUntil, sql`now()`)));
}

/** Takes a message whose time has come; `undefined` when another was faster. In a transaction. */
export async function claimOutbox(
  tenant: Tenant,
  id: string,
  holder: string,
): Promise<OutboxClaim | undefined> {
  const locked = await lockOutbox(tenant, id, { skipLocked: true });
  if (locked === undefined || !(await isDue(tenant, id))) return undefined;
  const row = locked.state === "scheduled" ? await stepOutbox(tenant, locked, "due") : locked;
  if (nextState(row.state, "claim") === undefined) return undefined;
  const [epoch, attempt] = [row.epoch + 1, row.attempt + 1];
  await stepOutbox(tenant, row, "claim", {
    epoch,
    attempt,
    holder,
    leaseUntil: fresh,
    nextTryAt: null,
    begun: false,
  });
  return { id, holder, epoch, attempt };
}

/** Puts the end of a claim off; false when it is over. */
export async function renewClaim(tenant: Tenant, claim: OutboxClaim): Promise<boolean> {
  const rows = await tenant.sql
    .update(outbox)
    .set({ leaseUntil: fresh })
    .where(ofClaim(tenant, claim))
    .returning({ id: outbox.id });
  return rows.length > 0;
}

/**
 * Writes into the ledger that the attempt begins; in a transaction, before anything leaves. Throws
 * {@link ClaimLostError} for a claim that is over: then nothing may leave.
 */
export async function beginAttempt(tenant: Tenant, claim: OutboxClaim, startedAt: Date): Promise<void> {
  const row = await requireClaim(tenant, claim);
  await changeOutbox(tenant, row.id, { begun: true, leaseUntil: fresh });
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
      .where(and(ofMessage(tenant, row.id), eq(outboxRecipients.address, address)));
  return await stepOutbox(tenant, row, outcome.status, {
    holder: null,
    leaseUntil: null,
    begun: false,
    nextTryAt: nextTry(outcome, attempt),
    ...toCheck(row, outcome),
  });
}

/**
 * Ends the claim of somebody who was not heard of: without a beginning in the ledger the message is in line again; with
 * one its fate is unknown. In a transaction. The epoch rises, so that whoever comes back late writes nothing.
 */
export async function lapseClaim(tenant: Tenant, id: string): Promise<void> {
  const row = await lockOutbox(tenant, id, { skipLocked: true });
  if (row === undefined || row.state !== "sending" || !(await isLapsed(tenant, id))) return;
  const over = { epoch: row.epoch + 1, holder: null, leaseUntil: null, begun: false };
  if (!row.begun) {
    await stepOutbox(tenant, row, "lapse-unbegun", { ...over, nextTryAt: sql`now()` });
    return;
  }
  // Whom the attempt went to: those that nothing final was known of.
  await tenant.sql
    .update(outboxRecipients)
    .set({ status: "unknown", code: null, enhancedCode: null, text: null })
    .where(and(ofMessage(tenant, id), inArray(outboxRecipients.status, ["queued", "deferred", "not-sent"])));
  await stepOutbox(tenant, row, "lapse-begun", { ...over, checks: 0, checkAt: checkIn(0) });
}

/** Ends all claims at once: for a program that knows to be the only one, and that the last one was killed. */
export async function endAllClaims(database: Sql): Promise<void> {
  await database.update(outbox).set({ leaseUntil: sql`now()` }).where(isNotNull(outbox.leaseUntil));
}

/** When the next look into the Sent folder is due, after so many; `null` when there is no other. */
export function checkIn(checks: number): SQL | null {
  const seconds = checkAfterSeconds(checks);
  return seconds === undefined ? null : inSeconds(seconds);
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

async function isDue(tenant: Tenant, id: string): Promise<boolean> {
  return await holds(tenant, id, lte(outbox.nextTryAt, sql`now()`));
}

async function isLapsed(tenant: Tenant, id: string): Promise<boolean> {
  return await holds(tenant, id, lte(outbox.leaseUntil, sql`now()`));
}

async function holds(tenant: Tenant, id: string, condition: SQL): Promise<boolean> {
  const rows = await tenant.sql
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.tenantId, tenant.id), eq(outbox.id, id), condition));
  return rows.length > 0;
}

function ofClaim(tenant: Tenant, { id, holder, epoch }: OutboxClaim) {
  return and(
    eq(outbox.tenantId, tenant.id),
    eq(outbox.id, id),
    eq(outbox.state, "sending"),
    eq(outbox.holder, holder),
    eq(outbox.epoch, epoch),
  );
}

function ofMessage(tenant: Tenant, id: string) {
  return and(eq(outboxRecipients.tenantId, tenant.id), eq(outboxRecipients.outboxId, id));
}

function inSeconds(seconds: number): SQL {
  return sql`now() + make_interval(secs => ${sql.raw(String(seconds))})`;
}
