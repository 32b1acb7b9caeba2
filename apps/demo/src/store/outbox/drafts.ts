import { and, desc, eq, getTableColumns, isNull, sql } from "drizzle-orm";
import type { Sql } from "../../db/open-database.js";
import { drafts } from "../../db/schema/drafts.js";
import { outboxRecipients } from "../../db/schema/outbox.js";
import { addEvents } from "../events.js";
import { isSeen, type Tenant } from "../tenant.js";

/** A draft as it was saved last. */
export type Draft = typeof drafts.$inferSelect;

/** What is saved of a draft. */
export type DraftValues = Pick<Draft, "accountId" | "mode" | "replyToId" | "content">;

/** What became of a draft that was to be saved: `changed` when somebody saved it since, who is not written over. */
export type DraftOutcome =
  | { readonly type: "saved"; readonly draft: Draft }
  | { readonly type: "changed"; readonly version: number }
  | { readonly type: "gone" };

const columns = getTableColumns(drafts);

/**
 * Saves a draft over the version that its writer knows; over none when that is 0, and then the draft is new. In a
 * transaction. The same save twice leaves one draft.
 */
export async function saveDraft(
  tenant: Tenant,
  id: string,
  values: DraftValues,
  known: number,
  now: Date,
): Promise<DraftOutcome> {
  const [draft] =
    known === 0
      ? await tenant.sql
          .insert(drafts)
          .values({ ...values, id, tenantId: tenant.id, updatedAt: now })
          .onConflictDoNothing()
          .returning(columns)
      : await tenant.sql
          .update(drafts)
          .set({ ...values, version: sql`${drafts.version} + 1`, updatedAt: now })
          .where(and(open(tenant, id), eq(drafts.version, known)))
          .returning(columns);
  if (draft === undefined) return await explainRefusal(tenant, id);
  await tell(tenant, "draft.saved", draft);
  return { type: "saved", draft };
}

/** A draft that is being written, if it is this tenant's. */
export async function findDraft(tenant: Tenant, id: string): Promise<Draft | undefined> {
  const [draft] = await tenant.sql.select(columns).from(drafts).where(open(tenant, id));
  return draft;
}

/** The drafts that are being written, the one saved last first. */
export async function listDrafts(tenant: Tenant, limit: number): Promise<Draft[]> {
  return await tenant.sql
    .select(columns)
    .from(drafts)
    .where(and(isSeen(tenant, drafts), isNull(drafts.outboxId)))
    .orderBy(desc(drafts.updatedAt))
    .limit(limit);
}

/** Throws a draft away, in the version that whoever does so has seen. In a transaction. */
export async function deleteDraft(tenant: Tenant, id: string, known: number): Promise<DraftOutcome> {
  const [draft] = await tenant.sql
    .delete(drafts)
    .where(and(open(tenant, id), eq(drafts.version, known)))
    .returning(columns);
  if (draft === undefined) return await explainRefusal(tenant, id);
  await tell(tenant, "draft.removed", draft);
  return { type: "saved", draft };
}

/** Hands a draft over to the message that is made of it; in the transaction that puts that into the outbox. */
export async function handOverDraft(
  tenant: Tenant,
  id: string,
  known: number,
  outboxId: string,
): Promise<DraftOutcome> {
  const [draft] = await tenant.sql
    .update(drafts)
    .set({ outboxId })
    .where(and(open(tenant, id), eq(drafts.version, known)))
    .returning(columns);
  if (draft === undefined) return await explainRefusal(tenant, id);
  await tell(tenant, "draft.removed", draft);
  return { type: "saved", draft };
}

/** Brings the draft back of a message that was taken back; in that transaction. `undefined` where there was none. */
export async function bringDraftBack(tenant: Tenant, outboxId: string): Promise<Draft | undefined> {
  const [draft] = await tenant.sql
    .update(drafts)
    // Another version: what is sent of it now is another message than the one that was taken back.
    .set({ outboxId: null, version: sql`${drafts.version} + 1` })
    .where(and(isSeen(tenant, drafts), eq(drafts.outboxId, outboxId)))
    .returning(columns);
  if (draft !== undefined) await tell(tenant, "draft.saved", draft);
  return draft;
}

/** Removes the drafts of what somebody has by now, of every tenant. */
export async function removeSentDrafts(database: Sql): Promise<void> {
  await database.execute(sql`
    delete from ${drafts} using ${outboxRecipients}
    where ${drafts.tenantId} = ${outboxRecipients.tenantId} and ${drafts.outboxId} = ${outboxRecipients.outboxId}
      and ${outboxRecipients.status} = 'accepted'`);
}

async function explainRefusal(tenant: Tenant, id: string): Promise<DraftOutcome> {
  const draft = await findDraft(tenant, id);
  return draft === undefined ? { type: "gone" } : { type: "changed", version: draft.version };
}

async function tell(
  tenant: Tenant,
  type: "draft.saved" | "draft.removed",
  { id, accountId, version }: Draft,
): Promise<void> {
  await addEvents(tenant, [{ type, accountId, data: { id, version } }]);
}

function open(tenant: Tenant, id: string) {
  return and(isSeen(tenant, drafts), eq(drafts.id, id), isNull(drafts.outboxId));
}
