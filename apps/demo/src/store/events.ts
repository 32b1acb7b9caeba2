import { and, asc, gt, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { events } from "../db/schema/events.js";
import { isSeen, type Tenant } from "./tenant.js";

/** The kinds of change that are told. */
export const EVENT_TYPES = [
  "message.added",
  "message.updated",
  "message.removed",
  "message.refused",
  "message.bounced",
  "message.complained",
  "folder.added",
  "folder.updated",
  "folder.removed",
  "account.added",
  "account.state",
  "account.removed",
  "sync.progress",
  "draft.saved",
  "draft.removed",
  "send.queued",
  "send.sending",
  "send.cancelled",
  "send.sent",
  "send.partial",
  "send.failed",
  "send.deferred",
  "send.unknown",
  "send.resolved",
] as const;

/** One of {@link EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];

/** Whether other programs are told of it, beside the page: progress and what somebody is writing are nobody else's. */
export function isForOthers(type: string): boolean {
  return type !== "sync.progress" && !type.startsWith("draft.");
}

/** A change to tell. */
export interface NewEvent {
  readonly type: EventType;
  readonly accountId?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A change as it is told, in the order of `id`. */
interface StoredEvent {
  readonly id: number;
  readonly type: string;
  readonly accountId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** Changes, or word that the reader's place is gone and that it must read everything anew. */
export type EventPage =
  | { readonly isGone: false; readonly events: readonly StoredEvent[] }
  | { readonly isGone: true; readonly latest: number };

/** Writes what changed; in the transaction that changes it, so that there is never one without the other. */
export async function addEvents(tenant: Tenant, added: readonly NewEvent[]): Promise<void> {
  if (added.length === 0) return;
  const rows = JSON.stringify(
    added.map(({ type, accountId, data }) => ({ type, account_id: accountId, data })),
  );
  await tenant.sql.execute(sql`
    insert into events (tenant_id, account_id, type, data)
    select ${tenant.id}::uuid, account_id, type, data
    from jsonb_to_recordset(${rows}::jsonb) as added(type text, account_id uuid, data jsonb)`);
}

/**
 * The changes after a place. An event whose transaction ended may have a higher id than one of a transaction that has
 * not: what such a one may still add to is not told yet, or a reader would pass over it.
 */
export async function readEvents(tenant: Tenant, after: number, limit = 200): Promise<EventPage> {
  const [bounds] = (
    await tenant.sql.execute<{ removed: string; latest: string }>(sql`
      select events_removed_up_to as removed,
             greatest(events_removed_up_to, (select max(id) from events where tenant_id = ${tenant.id})) as latest
      from tenants where id = ${tenant.id}`)
  ).rows;
  const latest = Number(bounds?.latest ?? 0);
  // After the latest: the reader's place is of another database than this one.
  if (after < Number(bounds?.removed ?? 0) || after > latest) return { isGone: true, latest };
  const rows = await tenant.sql
    .select({
      id: events.id,
      type: events.type,
      accountId: events.accountId,
      data: events.data,
      createdAt: events.createdAt,
    })
    .from(events)
    .where(
      and(
        isSeen(tenant, events),
        gt(events.id, after),
        sql`${events.xid} < pg_snapshot_xmin(pg_current_snapshot())`,
      ),
    )
    .orderBy(asc(events.id))
    .limit(limit);
  return { isGone: false, events: rows };
}

/** The place of a reader who has just read everything there is: nothing after it has been seen yet. */
export async function latestEventId(tenant: Tenant): Promise<number> {
  const [row] = (
    await tenant.sql.execute<{ latest: string }>(sql`
      select greatest(events_removed_up_to, coalesce((
        select max(id) from events
        where tenant_id = ${tenant.id} and xid < pg_snapshot_xmin(pg_current_snapshot())), 0)) as latest
      from tenants where id = ${tenant.id}`)
  ).rows;
  return Number(row?.latest ?? 0);
}

/** Removes what is older than a moment, of every tenant; readers who were not past it learn that they missed it. */
export async function removeOldEvents(database: Sql, before: Date): Promise<void> {
  await database.execute(sql`
    with removed as (
      delete from events where created_at < ${before.toISOString()}::timestamptz returning tenant_id, id
    ), ends as (select tenant_id, max(id) as id from removed group by tenant_id)
    update tenants set events_removed_up_to = ends.id from ends where tenants.id = ends.tenant_id`);
}
