import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { newId } from "../db/new-id.js";
import type { Sql } from "../db/open-database.js";
import { tenants } from "../db/schema/tenants.js";

/** A tenant's way into the database: what `store/` asks through one sees and writes that tenant's rows only. */
export interface Tenant {
  readonly id: string;
  /** The database, or the transaction that the caller is in. */
  readonly sql: Sql;
  /**
   * Of a key of some accounts those: what is of others is not there for it, nor what is of no account. `undefined` is all. Not
   * optional, so that nobody who makes one of these can forget it.
   */
  readonly accountIds: readonly string[] | undefined;
}

/** A tenant with all that it has: for people, and for what the program does by itself. */
export function wholeTenant(id: string, database: Sql): Tenant {
  return { id, sql: database, accountIds: undefined };
}

/** The same way in, through a transaction. */
export function within(tenant: Tenant, transaction: Sql): Tenant {
  return { ...tenant, sql: transaction };
}

/** Whether a row is the tenant's, and of one of the accounts that are seen; of each query on a table that has an account. */
export function isSeen(
  { id, accountIds }: Tenant,
  row: { readonly tenantId: PgColumn; readonly accountId: PgColumn },
): SQL | undefined {
  const isOurs = eq(row.tenantId, id);
  return accountIds === undefined ? isOurs : and(isOurs, inArray(row.accountId, [...accountIds]));
}

/** Whether a row is the tenant's where its table has no account: such are not there for who sees some accounts. */
export function isWhole({ id, accountIds }: Tenant, row: { readonly tenantId: PgColumn }): SQL | undefined {
  return accountIds === undefined ? eq(row.tenantId, id) : sql`false`;
}

/** Makes a tenant and answers with the way into it. */
export async function createTenant(database: Sql, name: string): Promise<Tenant> {
  const id = newId();
  await database.insert(tenants).values({ id, name });
  return wholeTenant(id, database);
}

/** Every tenant there is; for what the program does by itself, never for an answer to somebody. */
export async function listTenantIds(database: Sql): Promise<string[]> {
  const rows = await database.select({ id: tenants.id }).from(tenants).orderBy(tenants.id);
  return rows.map(({ id }) => id);
}
