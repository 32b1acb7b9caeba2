import { and, eq, gte, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { type StoredWireLine, wireLogs } from "../db/schema/wire-logs.js";
import { wakeAfter } from "../db/wakes.js";
import { isSeen, type Tenant } from "./tenant.js";

/** What one process told. */
interface ToldWireLog {
  readonly processId: string;
  readonly lines: readonly StoredWireLine[];
}

/** What is asked for by a topic of `wakeAfter`. */
interface WireLogRequest {
  readonly tenantId: string;
  readonly accountId: string;
}

const TOPIC = /^wire-log ([\da-f-]{36}) ([\da-f-]{36})$/;

/**
 * Asks every process for the lines that it has of an account, when the transaction has been committed; answers with the moment
 * after which their answers come.
 */
export async function askForWireLogs(tenant: Tenant, accountId: string): Promise<Date> {
  wakeAfter(tenant.sql, `wire-log ${tenant.id} ${accountId}`);
  const { rows } = await tenant.sql.execute<{ ms: number }>(
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  return new Date(rows[0]?.ms ?? 0);
}

/** What a topic asks for; `undefined` for topics about something else. */
export function toWireLogRequest(topic: string): WireLogRequest | undefined {
  const [, tenantId, accountId] = TOPIC.exec(topic) ?? [];
  return tenantId === undefined || accountId === undefined ? undefined : { tenantId, accountId };
}

/** Tells the lines that a process has of an account, in the place of what it told before. */
export async function tellWireLog(tenant: Tenant, accountId: string, told: ToldWireLog): Promise<void> {
  const toldAt = sql`clock_timestamp()`;
  await tenant.sql
    .insert(wireLogs)
    .values({ tenantId: tenant.id, accountId, ...told, toldAt })
    .onConflictDoUpdate({
      target: [wireLogs.accountId, wireLogs.processId],
      set: { lines: told.lines, toldAt },
      setWhere: eq(wireLogs.tenantId, tenant.id),
    });
}

/** What processes told of an account after a moment of the database's clock. */
export async function readWireLogs(tenant: Tenant, accountId: string, after: Date): Promise<ToldWireLog[]> {
  return await tenant.sql
    .select({ processId: wireLogs.processId, lines: wireLogs.lines })
    .from(wireLogs)
    .where(and(isSeen(tenant, wireLogs), eq(wireLogs.accountId, accountId), gte(wireLogs.toldAt, after)));
}

/** Removes what was told before a moment. */
export async function removeOldWireLogs(database: Sql, before: Date): Promise<void> {
  await database.delete(wireLogs).where(sql`${wireLogs.toldAt} < ${before.toISOString()}::timestamptz`);
}
