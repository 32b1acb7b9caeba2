import PgBoss from "pg-boss";
import type { Database } from "../db/open-database.js";
import { withLock } from "../db/with-lock.js";
import type { Queue } from "./queue.js";

/** How often pg-boss looks for jobs that are lost and for what the clock asks for; the rows do not wait for it. */
const CLOCK_SECONDS = 45;
/** pg-boss makes it by itself when its clock starts, and would do so outside of the lock. */
const CLOCK_QUEUE = "__pgboss__send-it";

/** pg-boss on the program's own connections, with its upkeep and its clock. The caller stops it. */
export async function openBoss({ pool }: Database): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    migrate: false,
    cronMonitorIntervalSeconds: CLOCK_SECONDS,
    cronWorkerIntervalSeconds: CLOCK_SECONDS,
    archiveCompletedAfterSeconds: 3_600,
    deleteAfterHours: 24,
  });
  // A database that is away for a while: everything is looked for again.
  boss.on("error", () => {});
  return await boss.start();
}

/**
 * Makes the queues, or brings them up to date; of several programs that start at once, one after the other, or their tables
 * wait for each other. The policy keeps a job from waiting twice and no more: one that also kept it from running
 * twice would let a killed process's job stop the whole queue until its time is over.
 */
export async function prepareQueues({ pool }: Database, queues: readonly Queue[]): Promise<void> {
  await withLock(pool, async (client) => {
    const db = { executeSql: (text: string, values: unknown[]) => client.query(text, values) };
    const boss = new PgBoss({ db, schedule: false, supervise: false });
    await boss.createQueue(CLOCK_QUEUE);
    for (const { name, retry, expireSeconds, cron } of queues) {
      const options: PgBoss.Queue = {
        name,
        policy: "short",
        retryLimit: retry.limit,
        retryDelay: retry.delaySeconds,
        retryBackoff: retry.limit > 0,
        expireInSeconds: expireSeconds,
      };
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
      if (cron !== undefined) await boss.schedule(name, cron);
    }
  });
}
