import { enqueue } from "../db/enqueue.js";
import { inTransaction } from "../db/in-transaction.js";
import type { Database } from "../db/open-database.js";
import { listFreeAccounts } from "../store/leases.js";
import { listDueChanges } from "../store/messages/wanted-changes.js";
import { listToCheck } from "../store/outbox/changes.js";
import { lapseClaim, listDue, listLapsed } from "../store/outbox/claims.js";
import { wholeTenant } from "../store/tenant.js";
import { listDueWebhooks } from "../store/webhooks/claims.js";

/** What is done every so often in each process, whatever became of any job. */
export interface Sweep {
  readonly everyMs: number;
  run(database: Database): Promise<void>;
}

const MAX_AT_ONCE = 500;

/**
 * Asks for what the rows say is due. Jobs are how work comes quickly; these are why it comes at all, after a process was killed with
 * its jobs, at a moment that a row names, or with the tables of the jobs gone. They read, and write only where something is due.
 */
export const sweeps: readonly Sweep[] = [
  {
    everyMs: 5_000,
    async run(database) {
      const free = await listFreeAccounts(database.sql);
      if (free.length === 0) return;
      const payloads = free.map(({ accountId }) => ({ accountId }));
      await inTransaction(database, (sql) => enqueue(sql, "account.hold", payloads));
    },
  },
  {
    everyMs: 5_000,
    async run(database) {
      const due = await listDueChanges(database.sql, MAX_AT_ONCE);
      if (due.length > 0) await inTransaction(database, (sql) => enqueue(sql, "flags.push", due));
    },
  },
  {
    everyMs: 2_000,
    async run(database) {
      for (const { tenantId, id } of await listLapsed(database.sql))
        await inTransaction(database, (sql) => lapseClaim(wholeTenant(tenantId, sql), id));
      const due = await listDue(database.sql, MAX_AT_ONCE);
      const toCheck = await listToCheck(database.sql, MAX_AT_ONCE);
      if (due.length + toCheck.length === 0) return;
      await inTransaction(database, async (sql) => {
        await enqueue(sql, "outbox.send", due);
        await enqueue(sql, "outbox.reconcile", toCheck);
      });
    },
  },
  {
    everyMs: 1_000,
    async run(database) {
      const due = await listDueWebhooks(database.sql, MAX_AT_ONCE);
      if (due.length > 0) await inTransaction(database, (sql) => enqueue(sql, "webhook.deliver", due));
    },
  },
];
