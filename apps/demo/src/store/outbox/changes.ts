import { and, eq, inArray, lte, sql } from "drizzle-orm";
import { enqueue } from "../../db/enqueue.js";
import type { Sql } from "../../db/open-database.js";
import { outbox, outboxRecipients, type RESOLVERS, type SENT_COPIES } from "../../db/schema/outbox.js";
import { currentMoment } from "../current-moment.js";
import { isSeen, type Tenant } from "../tenant.js";
import { ClaimLostError, checkIn, type DueMessage } from "./claims.js";
import { bringDraftBack, type Draft } from "./drafts.js";
import {
  changeOutbox,
  entryColumns,
  lockOutbox,
  type OutboxEntry,
  OutboxStepError,
  stepOutbox,
} from "./entry.js";
import { listRecipients } from "./outbox.js";
import { canCancel, canRetry } from "./states.js";

/** Somebody whom a server could not deliver a message to that it had taken. */
export interface BouncedRecipient {
  readonly address: string;
  readonly enhancedCode: string;
  readonly text: string | null;
}

/** Somebody looks into the Sent folder; nobody else does for so long. */
const CHECK_MINUTES = 5;

/**
 * Takes a message back that nobody has; its draft is there again. In a transaction. Throws {@link OutboxStepError} for one that is being sent or
 * that somebody has; `undefined` for none.
 */
export async function cancelOutbox(tenant: Tenant, id: string): Promise<OutboxEntry | undefined> {
  const row = await lockOutbox(tenant, id);
  if (row === undefined) return undefined;
  if (!canCancel(row.state, await statusesOf(tenant, id)))
    throw new OutboxStepError("The message is being sent, or somebody has it or may have it");
  await bringDraftBack(tenant, id);
  return await stepOutbox(tenant, row, "cancel", { nextTryAt: null });
}

/** A message that is to be sent otherwise, and the draft that it was made of, if it was. */
interface ReopenedMessage {
  readonly entry: OutboxEntry;
  readonly draft: Draft | undefined;
}

/**
 * Brings the draft back of a message that nobody got and nobody will get: of one that was refused, or that is taken back by this. In a
 * transaction. Throws {@link OutboxStepError} for a message of another fate; `undefined` for none.
 */
export async function reopenOutbox(tenant: Tenant, id: string): Promise<ReopenedMessage | undefined> {
  const entry = await lockOutbox(tenant, id);
  if (entry === undefined) return undefined;
  const isOver = entry.state === "rejected" || entry.state === "invalid";
  if (!isOver && !canCancel(entry.state, await statusesOf(tenant, id)))
    throw new OutboxStepError(`A message that is ${entry.state} is no draft any more`);
  const draft = await bringDraftBack(tenant, id);
  if (!isOver) await stepOutbox(tenant, entry, "cancel", { nextTryAt: null });
  return { entry, draft };
}

/**
 * Lets the next attempt come now, to those recipients who cannot have the message. In a transaction. Throws
 * {@link OutboxStepError} where there are none; `undefined` for no message.
 */
export async function retryOutbox(tenant: Tenant, id: string): Promise<OutboxEntry | undefined> {
  const row = await lockOutbox(tenant, id);
  if (row === undefined) return undefined;
  if (!canRetry(row.state, await statusesOf(tenant, id)))
    throw new OutboxStepError(`A message that is ${row.state} has nobody whom it may be sent to again`);
  await enqueue(tenant.sql, "outbox.send", [{ tenantId: tenant.id, id }]);
  return await changeOutbox(tenant, id, { nextTryAt: sql`now()` });
}

/**
 * Ends the doubt about a message: it was delivered to those in doubt but for whom it came back from, or it was not, and may be
 * sent to them again. In a transaction. Throws {@link OutboxStepError} for a message that nobody doubts; `undefined` for none.
 */
export async function resolveOutbox(
  tenant: Tenant,
  id: string,
  by: (typeof RESOLVERS)[number],
  isDelivered: boolean,
  bounced: readonly BouncedRecipient[] = [],
): Promise<OutboxEntry | undefined> {
  const row = await lockOutbox(tenant, id);
  if (row === undefined) return undefined;
  const doubted = and(
    eq(outboxRecipients.tenantId, tenant.id),
    eq(outboxRecipients.outboxId, id),
    eq(outboxRecipients.status, "unknown"),
  );
  for (const { address, ...words } of bounced)
    await tenant.sql
      .update(outboxRecipients)
      .set({ status: "rejected", ...words })
      .where(and(doubted, sql`lower(${outboxRecipients.address}) = ${address.toLowerCase()}`));
  await tenant.sql
    .update(outboxRecipients)
    .set({ status: isDelivered ? "accepted" : "not-sent" })
    .where(doubted);
  return await stepOutbox(tenant, row, "resolve", {
    resolvedBy: by,
    checkAt: null,
    ...(isDelivered && copyAfter(row, by)),
  });
}

async function statusesOf(tenant: Tenant, id: string) {
  return (await listRecipients(tenant, id)).map(({ status }) => status);
}

function copyAfter(row: OutboxEntry, by: (typeof RESOLVERS)[number]) {
  if (by === "sent-folder") return { sentCopy: "server" as const };
  return row.sentCopy === "none" ? { sentCopy: "due" as const, checks: 0, checkAt: checkIn(0) } : {};
}

/** The messages whose Sent folder is to be looked into, of all tenants. */
export async function listToCheck(database: Sql, limit: number): Promise<DueMessage[]> {
  return await database
    .select({ tenantId: outbox.tenantId, id: outbox.id })
    .from(outbox)
    .where(lte(outbox.checkAt, currentMoment))
    .orderBy(outbox.checkAt)
    .limit(limit);
}

/** Takes a message to look for in the Sent folder; `undefined` when another was faster. */
export async function claimCheck(tenant: Tenant, id: string): Promise<OutboxEntry | undefined> {
  const [row] = await tenant.sql
    .update(outbox)
    .set({
      checks: sql`${outbox.checks} + 1`,
      checkAt: sql`now() + make_interval(mins => ${sql.raw(String(CHECK_MINUTES))})`,
    })
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id), lte(outbox.checkAt, currentMoment)))
    .returning(entryColumns);
  return row;
}

/**
 * Throws {@link ClaimLostError} unless nobody has taken the check of the message since, and keeps it so until the transaction ends: a
 * process that stood still over it writes nothing.
 */
export async function requireCheck(tenant: Tenant, { id, epoch, checks }: OutboxEntry): Promise<void> {
  const row = await lockOutbox(tenant, id);
  if (row?.epoch !== epoch || row.checks !== checks)
    throw new ClaimLostError(`The check of the message ${id} is over`);
}

/** Plans the next look after one that found nothing; false when there is no other. */
export async function planNextCheck(tenant: Tenant, { id, checks, state }: OutboxEntry): Promise<boolean> {
  const checkAt = checkIn(checks);
  const rows = await tenant.sql
    .update(outbox)
    .set({ checkAt })
    // Unless it went on meanwhile.
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id), eq(outbox.state, state)))
    .returning({ id: outbox.id });
  return checkAt !== null && rows.length > 0;
}

/** Writes what became of the sender's own copy. */
export async function setSentCopy(
  tenant: Tenant,
  id: string,
  sentCopy: (typeof SENT_COPIES)[number],
): Promise<void> {
  await tenant.sql
    .update(outbox)
    .set({ sentCopy, checkAt: null })
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id), inArray(outbox.sentCopy, ["due"])));
}
