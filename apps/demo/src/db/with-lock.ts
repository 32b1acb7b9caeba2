import type pg from "pg";

/** Any number will do, as long as nothing else on the same database takes it. */
const LOCK = 7_242_013;

/** Runs a task on one connection while no other program on the database is in such a task: they change what tables there are. */
export async function withLock<T>(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    return await task(client);
  } finally {
    await client.query("select pg_advisory_unlock($1)", [LOCK]).catch(() => {});
    client.release();
  }
}
