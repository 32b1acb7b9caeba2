import { sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { accounts } from "../db/schema/accounts.js";
import { secretPlace } from "./accounts.js";
import { type Keyring, SealBrokenError, unseal } from "./envelope.js";

/** How a database is, as it tells itself. */
export interface DatabaseDiagnosis {
  readonly version: string;
  readonly now: Date;
  /** How many migrations it has. */
  readonly migrations: number;
}

/** Asks a database for its version, its clock and its migrations. */
export async function diagnoseDatabase(database: Sql): Promise<DatabaseDiagnosis> {
  const { rows } = await database.execute<{ version: string; now: Date; migrations: number }>(sql`
    select current_setting('server_version') as version, clock_timestamp() as now,
      (select count(*)::int from drizzle.__drizzle_migrations) as migrations`);
  const [row] = rows;
  if (row === undefined) throw new Error("The database said nothing");
  return { ...row, now: new Date(row.now) };
}

/** The addresses of the accounts, of all tenants, whose logins no key opens. */
export async function listUnreadableAccounts(database: Sql, keyring: Keyring): Promise<string[]> {
  const { id, tenantId, keyId, address, secret: bytes } = accounts;
  const rows = await database.select({ id, tenantId, keyId, address, bytes }).from(accounts);
  return rows
    .filter((row) => !isReadable(keyring, secretPlace(row.tenantId, row.id), row))
    .map((row) => row.address);
}

function isReadable(keyring: Keyring, place: string, sealed: Parameters<typeof unseal>[2]): boolean {
  try {
    unseal(keyring, place, sealed);
    return true;
  } catch (error) {
    if (error instanceof SealBrokenError) return false;
    throw error;
  }
}
