import { and, asc, desc, eq, lt, sql } from "drizzle-orm";
import { enqueue } from "../../db/enqueue.js";
import { newId } from "../../db/new-id.js";
import {
  outbox,
  type outboxAttempts,
  outboxRecipients,
  type StoredEnvelope,
} from "../../db/schema/outbox.js";
import { isSeen, type Tenant } from "../tenant.js";
import { entryColumns, type OutboxEntry, tellOutbox } from "./entry.js";
import type { OutboxState } from "./states.js";

/** A message that somebody wants sent, rendered: these bytes are what every attempt sends. */
export interface NewOutboxMessage {
  readonly accountId: string;
  readonly idempotencyKey: string;
  /** Of what was asked for: the same key with another request is a mistake. */
  readonly requestHash: string;
  readonly messageId: string;
  readonly subject: string;
  readonly rendered: Buffer;
  readonly envelope: StoredEnvelope;
  /** Not before then; at once without it. */
  readonly sendAt?: Date | undefined;
}

/** What became of the message for one recipient. */
export type OutboxRecipient = Omit<
  typeof outboxRecipients.$inferSelect,
  "outboxId" | "tenantId" | "position"
>;

/** A recipient as JSON of the database has it. */
type RecipientJson = Omit<OutboxRecipient, "bouncedAt"> & { readonly bouncedAt: string | null };

/** One attempt as the ledger has it. */
type OutboxAttempt = Omit<typeof outboxAttempts.$inferSelect, "outboxId" | "tenantId" | "holder">;

/** A message with all that is known of its fate. */
export interface OutboxDetails extends OutboxEntry {
  readonly recipients: readonly OutboxRecipient[];
  readonly attempts: readonly OutboxAttempt[];
}

/**
 * Puts a message into the outbox, once for each key: `undefined` when one with this key is there already. In a
 * transaction, so that its recipients and its event come with it.
 */
export async function addToOutbox(
  tenant: Tenant,
  { sendAt, ...message }: NewOutboxMessage,
): Promise<OutboxEntry | undefined> {
  const id = newId();
  const [row] = await tenant.sql
    .insert(outbox)
    .values({
      ...message,
      id,
      tenantId: tenant.id,
      state: sendAt === undefined ? "queued" : "scheduled",
      sendAt,
      nextTryAt: sendAt ?? sql`now()`,
    })
    .onConflictDoNothing({ target: [outbox.tenantId, outbox.idempotencyKey] })
    .returning(entryColumns);
  if (row === undefined) return undefined;
  await tenant.sql.insert(outboxRecipients).values(
    message.envelope.recipients.map((address, position) => ({
      outboxId: id,
      tenantId: tenant.id,
      position,
      address,
    })),
  );
  if (sendAt === undefined) await enqueue(tenant.sql, "outbox.send", [{ tenantId: tenant.id, id }]);
  await tellOutbox(tenant, row);
  return row;
}

/** The message that a key stands for, if any. */
export async function findByKey(tenant: Tenant, idempotencyKey: string): Promise<OutboxEntry | undefined> {
  const [row] = await tenant.sql
    .select(entryColumns)
    .from(outbox)
    .where(and(isSeen(tenant, outbox), eq(outbox.idempotencyKey, idempotencyKey)));
  return row;
}

/** One message with its recipients and attempts, if it is this tenant's; all of them as of one moment. */
export async function findOutboxMessage(tenant: Tenant, id: string): Promise<OutboxDetails | undefined> {
  const recipients = sql<RecipientJson[]>`coalesce((
    select jsonb_agg(jsonb_build_object('address', address, 'status', status, 'code', code, 'enhancedCode', enhanced_code,
      'text', text, 'bounce', bounce, 'bouncedAt', bounced_at) order by position)
    from outbox_recipients where tenant_id = ${tenant.id} and outbox_id = ${id}), '[]')`;
  const attempts = sql<AttemptJson[]>`coalesce((
    select jsonb_agg(jsonb_build_object('attempt', attempt, 'phase', phase, 'startedAt', started_at,
      'finishedAt', finished_at, 'connectionId', connection_id, 'error', error) order by attempt)
    from outbox_attempts where tenant_id = ${tenant.id} and outbox_id = ${id}), '[]')`;
  const [row] = await tenant.sql
    .select({ ...entryColumns, recipients, attempts })
    .from(outbox)
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id)));
  if (row === undefined) return undefined;
  const toRecipient = ({ bouncedAt, ...recipient }: RecipientJson): OutboxRecipient => ({
    ...recipient,
    bouncedAt: bouncedAt === null ? null : new Date(bouncedAt),
  });
  return { ...row, recipients: row.recipients.map(toRecipient), attempts: row.attempts.map(fromJson) };
}

/** An attempt as JSON of the database has it. */
type AttemptJson = Omit<OutboxAttempt, "startedAt" | "finishedAt"> & {
  readonly startedAt: string;
  readonly finishedAt: string | null;
};

function fromJson({ startedAt, finishedAt, ...attempt }: AttemptJson): OutboxAttempt {
  return {
    ...attempt,
    startedAt: new Date(startedAt),
    finishedAt: finishedAt === null ? null : new Date(finishedAt),
  };
}

/** The recipients of a message in their order. */
export async function listRecipients(tenant: Tenant, id: string): Promise<OutboxRecipient[]> {
  const { address, status, code, enhancedCode, text, bounce, bouncedAt } = outboxRecipients;
  return await tenant.sql
    .select({ address, status, code, enhancedCode, text, bounce, bouncedAt })
    .from(outboxRecipients)
    .where(and(eq(outboxRecipients.tenantId, tenant.id), eq(outboxRecipients.outboxId, id)))
    .orderBy(asc(outboxRecipients.position));
}

/** The bytes of a message. */
export async function readRendered(tenant: Tenant, id: string): Promise<Buffer | undefined> {
  const [row] = await tenant.sql
    .select({ rendered: outbox.rendered })
    .from(outbox)
    .where(and(isSeen(tenant, outbox), eq(outbox.id, id)));
  return row?.rendered;
}

/** A message as a list has it. */
export interface OutboxItem extends OutboxEntry {
  /** How many recipients it came back from, after a server had taken it. */
  readonly bounced: number;
}

/** A page of messages, the newest first; `before` is the id that the page before ended with. */
export async function listOutbox(
  tenant: Tenant,
  filter: { readonly account?: string | undefined; readonly state?: OutboxState | undefined },
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<{ readonly items: readonly OutboxItem[]; readonly next: string | undefined }> {
  const bounced = sql<number>`(
    select count(*)::int from outbox_recipients
    where tenant_id = ${outbox.tenantId} and outbox_id = ${outbox.id} and bounce ->> 'kind' = 'bounce')`;
  const rows = await tenant.sql
    .select({ ...entryColumns, bounced })
    .from(outbox)
    .where(
      and(
        isSeen(tenant, outbox),
        filter.account === undefined ? undefined : eq(outbox.accountId, filter.account),
        filter.state === undefined ? undefined : eq(outbox.state, filter.state),
        page.before === undefined ? undefined : lt(outbox.id, page.before),
      ),
    )
    // Ids begin with the time.
    .orderBy(desc(outbox.id))
    .limit(page.limit + 1);
  const items = rows.slice(0, page.limit);
  return { items, next: rows.length > page.limit ? items.at(-1)?.id : undefined };
}
