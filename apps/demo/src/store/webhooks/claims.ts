import { and, eq, isNotNull, isNull, lte, or, sql } from "drizzle-orm";
import type { Sql } from "../../db/open-database.js";
import { webhooks } from "../../db/schema/webhooks.js";
import { currentMoment } from "../current-moment.js";
import { type DueMessage, inSeconds } from "../outbox/claims.js";
import type { Tenant } from "../tenant.js";
import { addDelivery, type NewDelivery } from "./deliveries.js";
import { type Webhook, webhookColumns } from "./webhooks.js";

/** The right to deliver what a webhook waits for. Its epoch is higher than that of any claim before. */
export interface WebhookClaim extends Webhook {
  readonly epoch: number;
}

/** How long a claim lasts without a renewal; longer than any delivery takes. */
const CLAIM_SECONDS = 30;
/** After a failed try the next one comes after so many seconds: eight tries in 24 hours. */
const RETRY_SECONDS = [10, 60, 300, 1_800, 7_200, 21_600, 55_430] as const;
/** The receiver says that nobody will ever listen there again. */
const GONE = 410;

/** The webhooks of all tenants that something may have happened for, and that nobody delivers to. */
export async function listDueWebhooks(database: Sql, limit: number): Promise<DueMessage[]> {
  return await database
    .select({ tenantId: webhooks.tenantId, id: webhooks.id })
    .from(webhooks)
    .where(
      and(
        isFree(),
        sql`exists (select 1 from events where tenant_id = ${webhooks.tenantId} and id > ${webhooks.cursor}
          and xid < pg_snapshot_xmin(pg_current_snapshot()))`,
      ),
    )
    .orderBy(webhooks.nextTryAt)
    .limit(limit);
}

/** Takes a webhook to deliver to; `undefined` when another was faster, or nothing is to be done now. */
export async function claimWebhook(
  tenant: Tenant,
  id: string,
  holder: string,
): Promise<WebhookClaim | undefined> {
  const [row] = await tenant.sql
    .update(webhooks)
    .set({ holder, epoch: sql`${webhooks.epoch} + 1`, leaseUntil: inSeconds(CLAIM_SECONDS) })
    .where(and(eq(webhooks.tenantId, tenant.id), eq(webhooks.id, id), isFree()))
    .returning({ ...webhookColumns, epoch: webhooks.epoch });
  return row;
}

/** Puts the end of a claim off, before each delivery; false when it is over: then nothing may be delivered. */
export async function renewWebhook(tenant: Tenant, claim: WebhookClaim): Promise<boolean> {
  return await change(tenant, claim, { leaseUntil: inSeconds(CLAIM_SECONDS) });
}

/** Gives a webhook back to whoever comes next. */
export async function releaseWebhook(tenant: Tenant, claim: WebhookClaim): Promise<void> {
  await change(tenant, claim, { leaseUntil: null, holder: null });
}

/** Moves past events, those that were taken and those that it is not told of; false when the claim is over. */
export async function moveWebhook(tenant: Tenant, claim: WebhookClaim, cursor: number): Promise<boolean> {
  return await change(tenant, claim, { cursor, failures: 0 });
}

/**
 * Writes what became of one try: taken, the cursor moves past it; not taken, it is tried again later, and after the last try the
 * webhook is paused. In a transaction. False when the claim is over: then nothing is written.
 */
export async function settleDelivery(
  tenant: Tenant,
  claim: WebhookClaim,
  failures: number,
  delivery: Omit<NewDelivery, "attempt"> & { readonly eventId: number },
): Promise<boolean> {
  const attempt = failures + 1;
  const isTaken = delivery.error === null;
  const isMine = isTaken
    ? await moveWebhook(tenant, claim, delivery.eventId)
    : await change(tenant, claim, { failures: attempt, ...afterFailure(attempt, delivery) });
  if (isMine) await addDelivery(tenant, claim.id, { ...delivery, attempt });
  return isMine;
}

/** Ends all claims at once: for a program that knows to be the only one, and that the last one was killed. */
export async function endWebhookClaims(database: Sql): Promise<void> {
  await database.update(webhooks).set({ leaseUntil: null }).where(isNotNull(webhooks.leaseUntil));
}

function afterFailure(attempt: number, { status, error }: Pick<NewDelivery, "status" | "error">) {
  if (status === GONE) return { pausedReason: "The receiver answered 410: nobody listens there any more" };
  const seconds = RETRY_SECONDS[attempt - 1];
  return seconds === undefined
    ? { pausedReason: `${attempt} tries in 24 hours failed; the last one: ${error}` }
    : { nextTryAt: inSeconds(seconds) };
}

function isFree() {
  return and(
    isNull(webhooks.pausedReason),
    lte(webhooks.nextTryAt, currentMoment),
    or(isNull(webhooks.leaseUntil), lte(webhooks.leaseUntil, currentMoment)),
  );
}

async function change(
  tenant: Tenant,
  { id, epoch }: WebhookClaim,
  values: Parameters<ReturnType<Sql["update"]>["set"]>[0],
): Promise<boolean> {
  const rows = await tenant.sql
    .update(webhooks)
    .set(values)
    .where(and(eq(webhooks.tenantId, tenant.id), eq(webhooks.id, id), eq(webhooks.epoch, epoch)))
    .returning({ id: webhooks.id });
  return rows.length > 0;
}
