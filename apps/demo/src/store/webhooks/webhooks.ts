import { randomBytes } from "node:crypto";
import { and, asc, eq, sql } from "drizzle-orm";
import { newId } from "../../db/new-id.js";
import { webhooks } from "../../db/schema/webhooks.js";
import { type Keyring, seal, unseal } from "../envelope.js";
import { type EventType, latestEventId } from "../events.js";
import { isWhole, type Tenant } from "../tenant.js";

/** What may be chosen about a webhook. */
export interface WebhookChoices {
  readonly url: string;
  /** Which events it is told of; all when there are none. */
  readonly events: readonly EventType[];
  /** Of one account alone. */
  readonly accountId: string | null;
  /** Whether it gets the text of mail that comes in, beside ids. */
  readonly includesText: boolean;
}

/** A webhook as it is shown: never its secret. */
export interface Webhook extends Omit<WebhookChoices, "events"> {
  readonly id: string;
  readonly events: readonly string[];
  readonly cursor: number;
  readonly failures: number;
  readonly nextTryAt: Date;
  /** Why nothing is delivered any more, until somebody resumes it. */
  readonly pausedReason: string | null;
  readonly createdAt: Date;
}

const SECRET_BYTES = 32;

/** The columns of a {@link Webhook}. */
export const webhookColumns = {
  id: webhooks.id,
  url: webhooks.url,
  events: webhooks.events,
  accountId: webhooks.accountId,
  includesText: webhooks.includesText,
  cursor: webhooks.cursor,
  failures: webhooks.failures,
  nextTryAt: webhooks.nextTryAt,
  pausedReason: webhooks.pausedReason,
  createdAt: webhooks.createdAt,
};

/** Makes a webhook that is told what happens from now on. Its secret is answered this once; in the database it is sealed. */
export async function createWebhook(
  tenant: Tenant,
  keyring: Keyring,
  choices: WebhookChoices,
): Promise<Webhook & { readonly secret: string }> {
  const id = newId();
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  const sealed = seal(keyring, webhookSecretPlace(tenant.id, id), secret);
  const [row] = await tenant.sql
    .insert(webhooks)
    .values({
      ...choices,
      id,
      tenantId: tenant.id,
      events: [...choices.events],
      secret: sealed.bytes,
      keyId: sealed.keyId,
      cursor: await latestEventId(tenant),
    })
    .returning(webhookColumns);
  if (row === undefined) throw new Error("The database kept no webhook");
  return { ...row, secret };
}

/** The webhooks of a tenant, the oldest first. */
export async function listWebhooks(tenant: Tenant): Promise<Webhook[]> {
  const own = isWhole(tenant, webhooks);
  return await tenant.sql.select(webhookColumns).from(webhooks).where(own).orderBy(asc(webhooks.id));
}

/** One webhook, if it is this tenant's. */
export async function findWebhook(tenant: Tenant, id: string): Promise<Webhook | undefined> {
  const [row] = await tenant.sql.select(webhookColumns).from(webhooks).where(ofTenant(tenant, id));
  return row;
}

/** What its deliveries are signed with. */
export async function readWebhookSecret(
  tenant: Tenant,
  keyring: Keyring,
  id: string,
): Promise<string | undefined> {
  const [row] = await tenant.sql
    .select({ bytes: webhooks.secret, keyId: webhooks.keyId })
    .from(webhooks)
    .where(ofTenant(tenant, id));
  return row && unseal(keyring, webhookSecretPlace(tenant.id, id), row);
}

/** Changes a webhook; `undefined` when there is none such. */
export async function updateWebhook(
  tenant: Tenant,
  id: string,
  { events, ...change }: { readonly [Name in keyof WebhookChoices]?: WebhookChoices[Name] | undefined },
): Promise<Webhook | undefined> {
  const [row] = await tenant.sql
    .update(webhooks)
    // The id too, so that there is something to set in any case.
    .set({ id, ...change, ...(events !== undefined && { events: [...events] }) })
    .where(ofTenant(tenant, id))
    .returning(webhookColumns);
  return row;
}

/** Lets the deliveries go on where they stopped, at once. `undefined` when there is no such webhook. */
export async function resumeWebhook(tenant: Tenant, id: string): Promise<Webhook | undefined> {
  const [row] = await tenant.sql
    .update(webhooks)
    .set({ pausedReason: null, failures: 0, nextTryAt: sql`now()` })
    .where(ofTenant(tenant, id))
    .returning(webhookColumns);
  return row;
}

/** Removes a webhook with its log; false when there is none such. */
export async function deleteWebhook(tenant: Tenant, id: string): Promise<boolean> {
  const rows = await tenant.sql.delete(webhooks).where(ofTenant(tenant, id)).returning({ id: webhooks.id });
  return rows.length > 0;
}

function ofTenant(tenant: Tenant, id: string) {
  return and(isWhole(tenant, webhooks), eq(webhooks.id, id));
}

/** Where alone the secret of a webhook opens. */
export function webhookSecretPlace(tenantId: string, id: string): string {
  return `${tenantId} webhook ${id}`;
}
