import { desc, eq, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { workers } from "../db/schema/workers.js";

/** A process over this database. */
export type WorkerRow = typeof workers.$inferSelect;

/** What a process says of itself when it begins. */
type NewWorker = Pick<WorkerRow, "id" | "kind" | "host" | "pid" | "version">;

/** One that was not heard of for so long is dead, or stands still. */
const SILENT_SECONDS = 60;

/** Says that a process is alive, and how many accounts it holds. */
export async function beatWorker(database: Sql, worker: NewWorker, held: number): Promise<void> {
  await database
    .insert(workers)
    .values({ ...worker, held })
    .onConflictDoUpdate({ target: workers.id, set: { held, beatAt: sql`now()` } });
}

/** Says that a process has ended. */
export async function removeWorker(database: Sql, id: string): Promise<void> {
  await database.delete(workers).where(eq(workers.id, id));
}

/** The processes that were heard of, the newest first; `isAlive` for those of which it was a moment ago. */
export async function listWorkers(database: Sql): Promise<(WorkerRow & { readonly isAlive: boolean })[]> {
  const isAlive = sql<boolean>`${workers.beatAt} > now() - make_interval(secs => ${sql.raw(String(SILENT_SECONDS))})`;
  const rows = await database
    .select({ row: workers, isAlive })
    .from(workers)
    .orderBy(desc(workers.startedAt));
  return rows.map(({ row, isAlive: alive }) => ({ ...row, isAlive: alive }));
}

/** Forgets processes that were last heard of before a moment. */
export async function removeOldWorkers(database: Sql, before: Date): Promise<void> {
  await database.delete(workers).where(sql`${workers.beatAt} < ${before.toISOString()}::timestamptz`);
}
