import { sql } from "drizzle-orm";
import { messages } from "../../db/schema/messages.js";
import { addEvents, type NewEvent } from "../events.js";
import { isSeen, type Tenant } from "../tenant.js";

/** Flags that a message got or lost; what is absent stays. */
export interface FlagChange {
  readonly seen?: boolean | undefined;
  readonly flagged?: boolean | undefined;
  readonly answered?: boolean | undefined;
  readonly draft?: boolean | undefined;
}

/** The flags of one message as a server told them. */
export interface ServerFlags extends FlagChange {
  readonly uid: string;
}

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null };

interface ChangedRow extends Record<string, unknown> {
  id: string;
  account_id: string;
  folder_id: string;
}

/** Sets flags of messages by their ids, keeps the counts right, and tells of each. Answers with the ids that changed. */
export async function setFlags(
  tenant: Tenant,
  ids: readonly number[],
  change: FlagChange,
): Promise<number[]> {
  const { seen = null, flagged = null, answered = null, draft = null }: Nullable<FlagChange> = change;
  const { rows } = await tenant.sql.execute<ChangedRow>(sql`
    with given as (
      select id, account_id, folder_id, seen as was_seen, coalesce(${seen}::boolean, seen) as seen,
        coalesce(${flagged}::boolean, flagged) as flagged, coalesce(${answered}::boolean, answered) as answered,
        coalesce(${draft}::boolean, draft) as draft
      from messages where ${isSeen(tenant, messages)} and id = any(${asBigints(ids)}) for update
    ), ${applyGiven(tenant)}`);
  return await tellUpdated(tenant, rows);
}

/** Sets flags of a folder's messages to what its server has. */
export async function setFlagsByUid(
  tenant: Tenant,
  folderId: string,
  changes: readonly ServerFlags[],
): Promise<number[]> {
  if (changes.length === 0) return [];
  const { rows } = await tenant.sql.execute<ChangedRow>(sql`
    with told as (
      select * from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as told (uid text, seen boolean, flagged boolean, answered boolean, draft boolean)
    ), given as (
      select id, account_id, folder_id, messages.seen as was_seen, coalesce(told.seen, messages.seen) as seen,
        coalesce(told.flagged, messages.flagged) as flagged, coalesce(told.answered, messages.answered) as answered,
        coalesce(told.draft, messages.draft) as draft
      from messages join told using (uid)
      where tenant_id = ${tenant.id} and folder_id = ${folderId}
      for update of messages
    ), ${applyGiven(tenant)}`);
  return await tellUpdated(tenant, rows);
}

/** Removes messages by their ids, keeps the counts right, and tells of each. */
export async function removeMessages(tenant: Tenant, ids: readonly number[]): Promise<number[]> {
  return await remove(tenant, sql`id = any(${asBigints(ids)})`);
}

/** Removes what a folder's server has no longer. */
export async function removeByUid(
  tenant: Tenant,
  folderId: string,
  uids: readonly string[],
): Promise<number[]> {
  if (uids.length === 0) return [];
  return await remove(tenant, sql`folder_id = ${folderId} and uid = any(${sql.param([...uids])}::text[])`);
}

async function remove(tenant: Tenant, which: ReturnType<typeof sql>): Promise<number[]> {
  const { rows } = await tenant.sql.execute<ChangedRow>(sql`
    with removed as (
      delete from messages where ${isSeen(tenant, messages)} and ${which}
      returning id, account_id, folder_id, seen
    ), counted as (
      update folders set total = folders.total - gone.total, unread = folders.unread - gone.unread
      from (select folder_id, count(*)::int as total, (count(*) filter (where not seen))::int as unread
            from removed group by folder_id) as gone
      where folders.tenant_id = ${tenant.id} and folders.id = gone.folder_id
    )
    select id, account_id, folder_id from removed`);
  await addEvents(
    tenant,
    rows.map((row) => toEvent("message.removed", row)),
  );
  return rows.map(({ id }) => Number(id));
}

/** From the rows of `given` with their flags as they shall be: writes what differs, and the counts. */
function applyGiven(tenant: Tenant) {
  return sql`changed as (
      update messages set seen = given.seen, flagged = given.flagged, answered = given.answered, draft = given.draft
      from given
      where messages.id = given.id and (messages.seen, messages.flagged, messages.answered, messages.draft)
        is distinct from (given.seen, given.flagged, given.answered, given.draft)
      returning messages.id, messages.account_id, messages.folder_id, messages.seen, given.was_seen
    ), counted as (
      update folders set unread = folders.unread + moved.unread
      from (select folder_id, sum(was_seen::int - seen::int)::int as unread from changed group by folder_id) as moved
      where folders.tenant_id = ${tenant.id} and folders.id = moved.folder_id
    )
    select id, account_id, folder_id from changed`;
}

async function tellUpdated(tenant: Tenant, rows: readonly ChangedRow[]): Promise<number[]> {
  await addEvents(
    tenant,
    rows.map((row) => toEvent("message.updated", row)),
  );
  return rows.map(({ id }) => Number(id));
}

function toEvent(type: NewEvent["type"], row: ChangedRow): NewEvent {
  return { type, accountId: row.account_id, data: { id: Number(row.id), folderId: row.folder_id } };
}

/** Ids as a statement takes them. */
export function asBigints(ids: readonly number[]) {
  return sql`${sql.param([...ids])}::bigint[]`;
}
