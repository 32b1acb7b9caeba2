import { and, eq, inArray, isNotNull, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { enqueue } from "../../db/enqueue.js";
import type { Sql } from "../../db/open-database.js";
import { outbox, outboxRecipients, sendRates } from "../../db/schema/outbox.js";
import { type Account, findAccount } from "../accounts.js";
import { currentMoment } from "../current-moment.js";
import { LEASE_SECONDS } from "../leases.js";
import { isSeen, type Tenant } from "../tenant.js";
import { lockOutbox, type OutboxEntry, stepOutbox } from "./entry.js";
import { askToSend, countSent, type SendRates } from "./send-rates.js";
import { checkAfterSeconds, nextState } from "./states.js";

/** The right to send a message, for one attempt. Its epoch is higher than that of any claim before. */
export interface OutboxClaim {
  readonly id: string;
  readonly holder: string;
  readonly epoch: number;
  /** 1 for the first. */
  readonly attempt: number;
  /** How long it lasts without a renewal. */
  readonly seconds: number;
  /** Whether the account may send so many in so much time only: then it counts what it sends. */
  readonly isRated: boolean;
}

/** Somebody else has the message by now, or nobody: what was about to happen must not. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";
}

/** A message that something is to be done about, of any tenant. */
export interface DueMessage {
  readonly tenantId: string;
  readonly id: string;
}

const MAX_OF_ACCOUNT = 200;
const CLAIMABLE = ["scheduled", "queued", "deferred", "not-sent", "partial", "resolved"] as const;

/**
 * The messages whose time has come, of all tenants, those that wait longest first; not of accounts that have sent enough for now, and
 * of each account so many that the others have their turn.
 */
export async function listDue(database: Sql, limit: number): Promise<DueMessage[]> {
  const due = database
    .select({
      tenantId: outbox.tenantId,
      id: outbox.id,
      nextTryAt: outbox.nextTryAt,
      place:
        sql<number>`row_number() over (partition by ${outbox.accountId} order by ${outbox.nextTryAt})`.as(
          "place",
        ),
    })
    .from(outbox)
    .leftJoin(sendRates, eq(sendRates.accountId, outbox.accountId))
    .where(
      and(
        inArray(outbox.state, CLAIMABLE),
        lte(outbox.nextTryAt, currentMoment),
        or(isNull(sendRates.blockedUntil), lte(sendRates.blockedUntil, currentMoment)),
      ),
    )
    .as("due");
  return await database
    .select({ tenantId: due.tenantId, id: due.id })
    .from(due)
    .where(lte(due.place, MAX_OF_ACCOUNT))
    .orderBy(due.nextTryAt)
    .limit(limit);
}

/** The messages that somebody claimed and was not heard of again, of all tenants. */
export async function listLapsed(database: Sql): Promise<DueMessage[]> {
  return await database
    .select({ tenantId: outbox.tenantId, id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.state, "sending"), lte(outbox.leaseUntil, currentMoment)));
}

/** How a message is claimed. */
interface ClaimOptions {
  readonly seconds?: number | undefined;
  /** How fast an account may send; without it, as fast as it can. */
  readonly ratesOf?: ((account: Account) => SendRates) | undefined;
}

/**
 * Takes a message whose time has come; `undefined` when another was faster, or when its account has sent enough for now. In a
 * transaction.
 */
export async function claimOutbox(
  tenant: Tenant,
  id: string,
  holder: string,
  { seconds = LEASE_SECONDS, ratesOf }: ClaimOptions = {},
): Promise<OutboxClaim | undefined> {
  const locked = await lockOutbox(tenant, id, { skipLocked: true });
  if (locked === undefined || !(await isDue(tenant, id))) return undefined;
  const row = locked.state === "scheduled" ? await stepOutbox(tenant, locked, "due") : locked;
  if (nextState(row.state, "claim") === undefined) return undefined;
  const answer = ratesOf === undefined ? "unlimited" : await ask(tenant, row, ratesOf);
  if (answer === "no") return undefined;
  const [epoch, attempt] = [row.epoch + 1, row.attempt + 1];
  await stepOutbox(tenant, row, "claim", {
    epoch,
    attempt,
    holder,
    leaseUntil: inSeconds(seconds),
    nextTryAt: null,
    begun: false,
  });
  return { id, holder, epoch, attempt, seconds, isRated: answer === "yes" };
}

/** Puts the end of a claim off; false when it is over. */
export async function renewClaim(tenant: Tenant, claim: OutboxClaim): Promise<boolean> {
  const rows = await tenant.sql
    .update(outbox)
    .set({ leaseUntil: inSeconds(claim.seconds) })
    .where(ofClaim(tenant, claim))
    .returning({ id: outbox.id });
  return rows.length > 0;
}

/**
 * Ends the claim of somebody who was not heard of: without a beginning in the ledger the message is in line again; with
 * one its fate is unknown. In a transaction. The epoch rises, so that whoever comes back late writes nothing.
 */
export async function lapseClaim(tenant: Tenant, id: string): Promise<void> {
  const row = await lockOutbox(tenant, id, { skipLocked: true });
  if (row === undefined || row.state !== "sending" || !(await isLapsed(tenant, id))) return;
  await countSent(tenant, row, true);
  const over = { epoch: row.epoch + 1, holder: null, leaseUntil: null, begun: false };
  if (!row.begun) {
    await stepOutbox(tenant, row, "lapse-unbegun", { ...over, nextTryAt: sql`now()` });
    await enqueue(tenant.sql, "outbox.send", [{ tenantId: tenant.id, id }]);
    return;
  }
  // Whom the attempt went to: those that nothing final was known of.
  await tenant.sql
    .update(outboxRecipients)
    .set({ status: "unknown", code: null, enhancedCode: null, text: null })
    .where(
      and(
        eq(outboxRecipients.tenantId, tenant.id),
        eq(outboxRecipients.outboxId, id),
        inArray(outboxRecipients.status, ["queued", "deferred", "not-sent"]),
      ),
    );
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

async function ask(
  tenant: Tenant,
  { accountId, envelope }: OutboxEntry,
  ratesOf: (account: Account) => SendRates,
): Promise<"yes" | "no" | "unlimited"> {
  const account = await findAccount(tenant, accountId);
  if (account === undefined) return "no";
  return await askToSend(tenant, accountId, ratesOf(account), envelope.recipients.length);
}

/** Of an account that has sent enough for now nothing is: many of its messages may be asked for at once. */
async function isDue(tenant: Tenant, id: string): Promise<boolean> {
  const isBlocked = sql`exists (select 1 from ${sendRates} where ${sendRates.accountId} = ${outbox.accountId}
    and ${sendRates.blockedUntil} > ${currentMoment})`;
  return await holds(tenant, id, sql`${outbox.nextTryAt} <= ${currentMoment} and not ${isBlocked}`);
}

async function isLapsed(tenant: Tenant, id: string): Promise<boolean> {
  return await holds(tenant, id, lte(outbox.leaseUntil, currentMoment));
}

async function holds(tenant: Tenant, id: string, condition: SQL): Promise<boolean> {
  const rows = await tenant.sql
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id), condition));
  return rows.length > 0;
}

function ofClaim(tenant: Tenant, { id, holder, epoch }: OutboxClaim) {
  return and(
    isSeen(tenant, outbox),
    eq(outbox.id, id),
    eq(outbox.state, "sending"),
    eq(outbox.holder, holder),
    eq(outbox.epoch, epoch),
  );
}

/** A moment so many seconds from now, by the clock of the database. */
export function inSeconds(seconds: number): SQL {
  return sql`now() + make_interval(secs => ${sql.raw(String(seconds))})`;
}
