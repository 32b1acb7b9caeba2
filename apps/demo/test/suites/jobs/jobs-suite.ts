import { randomUUID } from "node:crypto";
import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enqueue } from "../../../src/db/enqueue.js";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { type Jobs, startJobs } from "../../../src/jobs/start-jobs.js";
import { WorkerBeat } from "../../../src/jobs/worker-beat.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { reconcileMessage } from "../../../src/mail/outbox/reconcile-message.js";
import { holdAccount } from "../../../src/mail/sync/hold-account.js";
import { PassRhythm } from "../../../src/mail/sync/pass-rhythm.js";
import { SliceTurns } from "../../../src/mail/sync/slice-turns.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { findAccount, setAccountStatus } from "../../../src/store/accounts.js";
import { claimLease } from "../../../src/store/leases.js";
import { claimCheck } from "../../../src/store/outbox/changes.js";
import { addToOutbox, findOutboxMessage } from "../../../src/store/outbox/outbox.js";
import { beatWorker, listWorkers, removeOldWorkers } from "../../../src/store/workers.js";
import { createHousehold, keyring, removeAccounts, within } from "../fixture.js";

/** What starts the work, on every database. */
export function jobsSuite(open: () => Database): void {
  describe("jobs", () => {
    let environment: MailEnvironment;
    let clients: WebClients;

    beforeAll(async () => {
      environment = {
        database: open(),
        keyring,
        wireLog: new WireLog(),
        now: () => new Date(),
        hostPolicy: async () => {
          throw new Error("Nobody is asked here");
        },
      };
      clients = new WebClients(environment);
      await removeAccounts(open());
      await open().sql.execute(sql`delete from pgboss.job`);
    });

    afterAll(async () => {
      await clients.close();
      await removeAccounts(open());
    });

    const start = (): Promise<Jobs> => startJobs(environment, clients);

    async function waiting(name: string): Promise<number> {
      const { rows } = await open().sql.execute<{ count: number }>(
        sql`select count(*)::int as count from pgboss.job where name = ${name}`,
      );
      return rows[0]?.count ?? 0;
    }

    async function queue() {
      const { tenant, account } = await createHousehold(open());
      const key = randomUUID();
      const entry = await inTransaction(open(), (tx) =>
        addToOutbox(within(tenant, tx), {
          accountId: account.id,
          idempotencyKey: key,
          requestHash: "hash",
          messageId: `<${key}@example.test>`,
          subject: "Minutes",
          rendered: Buffer.from("Subject: Minutes\r\n\r\nWe met.\r\n"),
          envelope: { from: "a@example.test", recipients: ["b@example.test"], bcc: [], date: "2026-01-01" },
        }),
      );
      if (entry === undefined) throw new Error("It was there already");
      const read = async () => (await findOutboxMessage(tenant, entry.id))?.attempt;
      return { tenant, id: entry.id, read };
    }

    test("a job comes with its rows or not at all, and does not wait twice", async () => {
      await (await start()).stop();
      const { tenant, id } = await queue();
      expect(await waiting("outbox.send")).toBe(1);
      await inTransaction(open(), (tx) => enqueue(tx, "outbox.send", [{ tenantId: tenant.id, id }]));
      expect(await waiting("outbox.send")).toBe(1);
      const failed = inTransaction(open(), async (tx) => {
        await enqueue(tx, "outbox.send", [{ tenantId: tenant.id, id: randomUUID() }]);
        throw new Error("No");
      });
      await expect(failed).rejects.toThrow("No");
      expect(await waiting("outbox.send")).toBe(1);
    });

    test("what is due is done although no job of it is left, or one was handed out and never came back", async () => {
      await using _jobs = await start();
      const { id, read } = await queue();
      await until(async () => (await read()) === 1);
      const lost = await queue();
      // As when the process that fetched it was killed: it is active for twenty minutes to come.
      await open().sql.execute(sql`
        insert into pgboss.job (name, data, state, singleton_key, policy)
        select 'outbox.send', '{}', 'active', ${`${lost.tenant.id}/${lost.id}`}, 'short'`);
      await until(async () => (await lost.read()) === 1);
      await open().sql.execute(sql`delete from pgboss.job`);
      await open().sql.execute(sql`update outbox set state = 'queued', next_try_at = now() where id = ${id}`);
      await until(async () => (await read()) === 2);
    });

    test("a job that is done is gone, and one that carries nonsense fails and stops nothing", async () => {
      await using _jobs = await start();
      await open().sql.execute(sql`
        insert into pgboss.job (name, data, policy, retry_limit) values ('outbox.send', '{"id": 7}', 'short', 0)`);
      const { read } = await queue();
      await until(async () => (await read()) === 1);
      await until(async () => {
        const { rows } = await open().sql.execute<{ state: string }>(
          sql`select state from pgboss.job where name = 'outbox.send' and state <> 'active'`,
        );
        return rows.length === 1 && rows[0]?.state === "failed" ? rows : undefined;
      });
    });

    test("a holder whose lease was taken over writes nothing, of its failure neither", async () => {
      const { tenant, account } = await createHousehold(open());
      await setAccountStatus(tenant, account.id, { state: "paused" });
      const stale = await claimLease(tenant, account.id, "stalled");
      if (stale === undefined) throw new Error("The account was not free");
      await setAccountStatus(tenant, account.id, { state: "syncing" });
      await open().sql.execute(
        sql`update leases set epoch = epoch + 1, holder = 'next' where account_id = ${account.id}`,
      );
      const { signal } = new AbortController();
      const held = holdAccount(environment, tenant, stale, {
        signal,
        waitForNudge: () => new Promise(() => {}),
        pollMs: 1_000,
        rhythm: new PassRhythm(),
        turns: new SliceTurns(),
        onLook: () => {},
      });
      await expect(held).rejects.toThrow("holds the account");
      expect(await findAccount(tenant, account.id)).toMatchObject({ state: "syncing", lastError: null });
      await open().sql.execute(sql`delete from accounts where id = ${account.id}`);
    });

    test("whose check of a message another has taken meanwhile writes nothing of it", async () => {
      const { tenant, id } = await queue();
      const due = sql`update outbox set state = 'unknown', check_at = now() where id = ${id}`;
      await open().sql.execute(due);
      const stale = await claimCheck(tenant, id);
      if (stale === undefined) throw new Error("The check was not due");
      await open().sql.execute(due);
      await claimCheck(tenant, id);
      const { rows: before } = await open().sql.execute(sql`select * from outbox where id = ${id}`);
      // There is no server, so nothing is found, and the next look would be planned.
      await reconcileMessage({ environment, clients }, tenant, stale);
      const { rows: after } = await open().sql.execute(sql`select * from outbox where id = ${id}`);
      expect(after).toEqual(before);
    });

    test("a process stands in the table of processes while it is alive", async () => {
      const worker = { id: randomUUID(), kind: "worker", version: "1.2.3" } as const;
      const beat = await WorkerBeat.start(open(), worker, () => 7);
      const found = async () => (await listWorkers(open().sql)).find(({ id }) => id === worker.id);
      expect(await found()).toMatchObject({ ...worker, pid: process.pid, held: 7, isAlive: true });
      await open().sql.execute(
        sql`update workers set beat_at = now() - interval '2 min' where id = ${worker.id}`,
      );
      expect(await found()).toMatchObject({ isAlive: false });
      await beat[Symbol.asyncDispose]();
      expect(await found()).toBeUndefined();
      await beatWorker(open().sql, { ...worker, host: "elsewhere", pid: 1 }, 0);
      await removeOldWorkers(open().sql, new Date(Date.now() + 60_000));
      expect(await found()).toBeUndefined();
    });
  });
}
