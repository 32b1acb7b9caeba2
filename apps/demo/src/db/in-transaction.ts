import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { CHANGES_CHANNEL, type Database, type Sql, WAKES_CHANNEL } from "./open-database.js";
import { takeWakes } from "./wakes.js";

/**
 * Runs a task in one transaction and wakes the readers of events when it has been committed. The handle that the task
 * gets is the only one it may use: on PGlite there is one connection, and the task holds it.
 */
export async function inTransaction<T>(database: Database, task: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const transaction = drizzle(client);
    const result = await task(transaction);
    const topics = takeWakes(client);
    if (database.kind === "postgresql")
      await transaction.execute(sql`
        select pg_notify(${CHANGES_CHANNEL}, ''), (
          select count(pg_notify(${WAKES_CHANNEL}, topic))
          from jsonb_array_elements_text(${JSON.stringify(topics)}::jsonb) as wanted(topic))`);
    await client.query("commit");
    database.changes.emit("changed");
    // On PostgreSQL the listener hears of it, as all the others do.
    if (database.kind === "pglite") for (const topic of topics) database.changes.emit("wake", topic);
    return result;
  } catch (error) {
    takeWakes(client);
    await client.query("rollback").catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
