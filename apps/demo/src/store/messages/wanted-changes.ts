import { randomUUID } from "node:crypto";
import { and, isNotNull, lte, sql } from "drizzle-orm";
import type { Sql } from "../../db/open-database.js";
import { messages, type StoredChange } from "../../db/schema/messages.js";
import { currentMoment } from "../current-moment.js";
import { addEvents } from "../events.js";
import { isSeen, type Tenant } from "../tenant.js";
import { asBigints } from "./change-messages.js";

/** What somebody wants of a message; its server has not agreed to it yet. */
export type WantedChange = Pick<StoredChange, "seen" | "flagged" | "moveTo" | "isDeleted">;

/** A change that this process tries now. */
export interface ClaimedChange {
  readonly id: number;
  readonly folderId: string;
  readonly uid: string;
  readonly wanted: StoredChange;
}

/** Why a change was not made, as it stands in the row and is told. */
export type ChangeError = NonNullable<StoredChange["error"]>;

/** What of a change is refused: all that was wanted, or only where the message shall be. */
export type Refused = "all" | "place";

/** So long nobody else tries what somebody tries; longer than a server is waited for. */
const CLAIM_SECONDS = 120;

const claimed = sql`now() + make_interval(secs => ${CLAIM_SECONDS})`;
const columns = sql`messages.id, messages.folder_id as "folderId", messages.uid, messages.pending as wanted`;

/**
 * Writes what somebody wants of messages into their rows, for the caller to try at once; what was wanted before and is not
 * contradicted stays wanted.
 */
export async function wantChange(
  tenant: Tenant,
  ids: readonly number[],
  wanted: WantedChange,
): Promise<ClaimedChange[]> {
  const change = JSON.stringify({ ...wanted, key: randomUUID(), tries: 1 });
  const isElsewhere = wanted.moveTo !== undefined || wanted.isDeleted === true;
  const before = isElsewhere
    ? sql`coalesce(pending, '{}') - 'moveTo' - 'isDeleted'`
    : sql`coalesce(pending, '{}')`;
  const { rows } = await tenant.sql.execute<ClaimedRow>(sql`
    update messages set pending = ${before} || ${change}::jsonb, pending_at = ${claimed}
    where ${isSeen(tenant, messages)} and id = any(${asBigints(ids)})
    returning ${columns}`);
  return rows.map(toClaimed);
}

/** The accounts of all tenants that changes wait for which it is time to try. */
export async function listDueChanges(
  database: Sql,
  limit: number,
): Promise<{ tenantId: string; accountId: string }[]> {
  return await database
    .selectDistinct({ tenantId: messages.tenantId, accountId: messages.accountId })
    .from(messages)
    .where(and(isNotNull(messages.pending), lte(messages.pendingAt, currentMoment)))
    .limit(limit);
}

/** Takes changes of an account that it is time to try; nobody else tries them meanwhile. */
export async function claimChanges(
  tenant: Tenant,
  accountId: string,
  limit: number,
): Promise<ClaimedChange[]> {
  const { rows } = await tenant.sql.execute<ClaimedRow>(sql`
    with due as (
      select id from messages
      where tenant_id = ${tenant.id} and account_id = ${accountId} and pending is not null and pending_at <= ${currentMoment}
      order by pending_at, id limit ${limit} for update skip locked
    )
    update messages set pending_at = ${claimed},
      pending = pending || jsonb_build_object('tries', (pending ->> 'tries')::int + 1)
    from due where messages.id = due.id
    returning ${columns}`);
  return rows.map(toClaimed);
}

/**
 * Forgets changes of which somebody knows what became of them: they were made, or refused to their face. What is wanted
 * otherwise since then stays wanted.
 */
export async function forgetChanges(
  tenant: Tenant,
  changes: readonly ClaimedChange[],
  what: Refused = "all",
): Promise<void> {
  const rows = await forget(tenant, changes, what);
  const waited = new Set(changes.filter(({ wanted }) => wanted.error).map(({ id }) => id));
  await tell(
    tenant,
    "message.updated",
    rows.filter(({ id }) => waited.has(Number(id))),
  );
}

/** Lets changes wait for the next try, and tells that they wait and why. */
export async function postponeChanges(
  tenant: Tenant,
  changes: readonly ClaimedChange[],
  error: ChangeError,
  seconds: number,
): Promise<void> {
  const { rows } = await tenant.sql.execute<ToldRow>(sql`
    update messages set pending = pending || ${JSON.stringify({ error })}::jsonb,
      pending_at = now() + make_interval(secs => ${seconds}::double precision)
    from ${given(changes)} where ${isStill(tenant)}
    returning messages.id, messages.account_id, messages.folder_id`);
  await tell(tenant, "message.updated", rows);
}

/** Gives changes up that the server refuses, or that were tried often enough, and tells why. */
export async function refuseChanges(
  tenant: Tenant,
  changes: readonly ClaimedChange[],
  error: ChangeError,
  what: Refused = "all",
): Promise<void> {
  await tell(tenant, "message.refused", await forget(tenant, changes, what), error);
}

/** Lets the changes of an account be tried now: its server is there again. */
export async function hurryChanges(tenant: Tenant, accountId: string): Promise<number> {
  const { rowCount } = await tenant.sql.execute(sql`
    update messages set pending_at = now()
    where tenant_id = ${tenant.id} and account_id = ${accountId} and pending ? 'error' and pending_at > ${currentMoment}`);
  return rowCount ?? 0;
}

/** How many changes of each account wait for another try, and when the first of them is tried. */
export async function countWaiting(
  tenant: Tenant,
): Promise<Map<string, { readonly count: number; readonly nextTryAt: Date }>> {
  const { rows } = await tenant.sql.execute<{ accountId: string; count: number; nextTryAt: string }>(sql`
    select account_id as "accountId", count(*)::int as count, min(pending_at) as "nextTryAt" from messages
    where ${isSeen(tenant, messages)} and pending is not null and pending ? 'error' group by account_id`);
  return new Map(
    rows.map(({ accountId, count, nextTryAt }) => [accountId, { count, nextTryAt: new Date(nextTryAt) }]),
  );
}

async function forget(tenant: Tenant, changes: readonly ClaimedChange[], what: Refused): Promise<ToldRow[]> {
  // Flags that the same message waits for have nothing to do with where it may be: they are tried at once.
  const hasMore = what === "place" ? sql`pending ?| array['seen', 'flagged']` : sql`false`;
  const { rows } = await tenant.sql.execute<ToldRow>(sql`
    update messages set pending = case when ${hasMore} then pending - 'moveTo' - 'isDeleted' end,
      pending_at = case when ${hasMore} then now() end
    from ${given(changes)}
    where ${isStill(tenant)}
    returning messages.id, messages.account_id, messages.folder_id`);
  return rows;
}

interface ClaimedRow extends Record<string, unknown> {
  id: string;
  folderId: string;
  uid: string;
  wanted: StoredChange;
}

interface ToldRow extends Record<string, unknown> {
  id: string;
  account_id: string;
  folder_id: string;
}

function toClaimed({ id, ...row }: ClaimedRow): ClaimedChange {
  return { ...row, id: Number(id) };
}

function given(changes: readonly ClaimedChange[]) {
  const keys = changes.map(({ id, wanted }) => ({ id, key: wanted.key }));
  return sql`jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as given (id bigint, key text)`;
}

function isStill(tenant: Tenant) {
  return sql`messages.tenant_id = ${tenant.id} and messages.id = given.id and messages.pending ->> 'key' = given.key`;
}

async function tell(
  tenant: Tenant,
  type: "message.updated" | "message.refused",
  rows: readonly ToldRow[],
  error?: ChangeError,
): Promise<void> {
  await addEvents(
    tenant,
    rows.map(({ id, account_id: accountId, folder_id: folderId }) => ({
      type,
      accountId,
      data: { id: Number(id), folderId, ...error },
    })),
  );
}
