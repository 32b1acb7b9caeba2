import PgBoss from "pg-boss";
import type { Sql } from "./open-database.js";
import { wakeAfter } from "./wakes.js";

/**
 * What jobs can be asked for, by the name of their queue, and what each carries: ids only, for the rows decide. Who does
 * them is in `jobs/`, one file a queue.
 */
export interface JobPayloads {
  readonly "account.hold": { readonly accountId: string };
  readonly "flags.push": { readonly tenantId: string; readonly accountId: string };
  readonly "outbox.send": { readonly tenantId: string; readonly id: string };
  readonly "outbox.reconcile": { readonly tenantId: string; readonly id: string };
  readonly "webhook.deliver": { readonly tenantId: string; readonly id: string };
  readonly maintain: Readonly<Record<string, never>>;
}

/** Only ever writes through a transaction that it is given, so it is never started and has no connection. */
const boss = new PgBoss({
  db: { executeSql: () => Promise.reject(new Error("A job is asked for inside of a transaction")) },
  schedule: false,
  supervise: false,
});

/**
 * Asks for jobs in a transaction, so that they come with the rows that they are about or not at all. One that waits
 * already is not asked for twice.
 */
export async function enqueue<Name extends keyof JobPayloads>(
  sql: Sql,
  name: Name,
  payloads: readonly JobPayloads[Name][],
): Promise<void> {
  if (payloads.length === 0) return;
  const jobs = payloads.map((data) => ({ name, data, singletonKey: Object.values(data).join("/") }));
  await boss.insert(jobs, {
    db: { executeSql: (text, values) => sql.$client.query(text, values) },
  });
  wakeAfter(sql, name);
}
