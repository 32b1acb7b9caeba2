import { fileURLToPath } from "node:url";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type pg from "pg";
import PgBoss from "pg-boss";
import { withLock } from "./with-lock.js";

// SQL files are not compiled: the same folder from src and from dist.
const MIGRATIONS = fileURLToPath(new URL("../../src/db/migrations", import.meta.url));
/** How many migrations this version of the program needs. */
export function countMigrations(): number {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS }).length;
}

/** Applies the migrations that the database does not have yet; of several programs that start at once, one does. */
export async function applyMigrations(pool: pg.Pool): Promise<void> {
  await withLock(pool, async (client) => {
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    // The tables of the jobs are pg-boss's own; nothing of it runs here.
    const db = { executeSql: (text: string, values: unknown[]) => client.query(text, values) };
    await new PgBoss({ db, schedule: false, supervise: false }).start();
  });
}
