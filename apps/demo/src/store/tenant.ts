import { newId } from "../db/new-id.js";
import type { Sql } from "../db/open-database.js";
import { tenants } from "../db/schema/tenants.js";

/** A tenant's way into the database: what `store/` asks through one sees and writes that tenant's rows only. */
export interface Tenant {
  readonly id: string;
  /** The database, or the transaction that the caller is in. */
  readonly sql: Sql;
}

/** Makes a tenant and answers with the way into it. */
export async function createTenant(database: Sql, name: string): Promise<Tenant> {
  const id = newId();
  await database.insert(tenants).values({ id, name });
  return { id, sql: database };
}

/** Every tenant there is; for what the program does by itself, never for an answer to somebody. */
export async function listTenantIds(database: Sql): Promise<string[]> {
  const rows = await database.select({ id: tenants.id }).from(tenants).orderBy(tenants.id);
  return rows.map(({ id }) => id);
}
