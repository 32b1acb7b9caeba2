import { and, desc, eq, lt } from "drizzle-orm";
import { newId } from "../../db/new-id.js";
import { webhookDeliveries } from "../../db/schema/webhooks.js";
import { inSeconds } from "../outbox/claims.js";
import type { Tenant } from "../tenant.js";

/** A try of a delivery, and what became of it. */
export type Delivery = Omit<typeof webhookDeliveries.$inferSelect, "tenantId" | "webhookId">;

/** What a log entry says. */
export type NewDelivery = Omit<Delivery, "id" | "createdAt">;

const KEPT_SECONDS = 7 * 86_400;

/** Writes a try into the log, and takes those out of it that are as old as the events that are gone. */
export async function addDelivery(tenant: Tenant, webhookId: string, delivery: NewDelivery): Promise<void> {
  await tenant.sql
    .insert(webhookDeliveries)
    .values({ ...delivery, id: newId(), tenantId: tenant.id, webhookId });
  await tenant.sql
    .delete(webhookDeliveries)
    .where(and(own(tenant, webhookId), lt(webhookDeliveries.createdAt, inSeconds(-KEPT_SECONDS))));
}

/** The tries of a webhook, the newest first. */
export async function listDeliveries(tenant: Tenant, webhookId: string, limit: number): Promise<Delivery[]> {
  const { id, eventId, type, attempt, status, error, tookMs, createdAt } = webhookDeliveries;
  return await tenant.sql
    .select({ id, eventId, type, attempt, status, error, tookMs, createdAt })
    .from(webhookDeliveries)
    .where(own(tenant, webhookId))
    .orderBy(desc(id))
    .limit(limit);
}

function own(tenant: Tenant, webhookId: string) {
  return and(eq(webhookDeliveries.tenantId, tenant.id), eq(webhookDeliveries.webhookId, webhookId));
}
