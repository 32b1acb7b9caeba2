import { setTimeout as sleep } from "node:timers/promises";
import { mostWithin, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTransaction } from "../../src/db/in-transaction.js";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { createAccount, setAccountStatus } from "../../src/store/accounts.js";
import { addToOutbox } from "../../src/store/outbox/outbox.js";
import { createTenant } from "../../src/store/tenant.js";
import { startProcess } from "../suites/cli/cli-process.js";
import { keyring, within } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";

const PER_MINUTE = 60;
const MINUTE_MS = 60_000;
const MESSAGES_EACH = 100;
const SENDERS = ["ada@example.test", "eve@example.test"] as const;
const BOB = "bob@example.test";
/** One of the workers stands still so often, and so long each time. */
const [STALLS, STALL_MS] = [20, 700] as const;
const server = await startPostgresql();

describe.skipIf(server === undefined)("two workers at the rate of a provider", () => {
  let database: Database;
  let mail: MailServers;
  const arrivals: { readonly from: string; readonly id: string; readonly at: number }[] = [];

  beforeAll(async () => {
    database = await openDatabase({ url: (await server?.createDatabase()) ?? "" });
    const accounts = [...SENDERS, BOB].map((user) => ({ user, password: "x", address: user }));
    mail = await startMailServers({ accounts });
    mail.on("message", ({ raw, mailFrom }) => {
      const id = /^Message-ID: (.*)\r$/im.exec(raw.toString("latin1"))?.[1] ?? "";
      arrivals.push({ from: mailFrom, id, at: performance.now() });
    });
  });

  afterAll(async () => {
    await database?.close();
    await mail?.stop();
    await server?.stop();
  });

  test("each message goes out once, and in no minute more than the rate, while one of them stands still now and then", async () => {
    const ids = await queueMessages();
    const startedAt = performance.now();
    const environment = {
      DATABASE_URL: database.pool.options.connectionString ?? "",
      MAILWRIGHT_KEY: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
      MAILWRIGHT_ALLOW_HOSTS: mail.host,
      MAILWRIGHT_ALLOW_PORTS: `${mail.imap.port},${mail.smtp.port}`,
      MAILWRIGHT_SEND_PER_MINUTE: String(PER_MINUTE),
    };
    const workers = [startProcess(["worker"], environment), startProcess(["worker"], environment)] as const;
    await Promise.all(workers.map((worker) => worker.line(/holds accounts and sends/)));
    for (let stall = 0; stall < STALLS; stall += 1) {
      workers[0].child.kill("SIGSTOP");
      await sleep(STALL_MS);
      workers[0].child.kill("SIGCONT");
      await sleep(STALL_MS);
    }
    await until(async () => {
      await sleep(500);
      const { rows } = await database.sql.execute(
        sql`select 1 from outbox where state <> 'accepted' limit 1`,
      );
      return rows.length === 0;
    }, 600_000);
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const worker of workers) expect(await worker.end("SIGTERM")).toBe(0);
    const most = SENDERS.map((user) =>
      mostWithin(
        arrivals.filter(({ from }) => from === user).map(({ at }) => at),
        MINUTE_MS,
      ),
    );
    console.log(
      `${ids.length} messages of ${SENDERS.length} accounts at ${PER_MINUTE} a minute in ${seconds.toFixed(1)} s: ${most.join(" and ")} in the fullest minute`,
    );
    expect(arrivals.map(({ id }) => id).sort()).toEqual(ids.sort());
    for (const each of most) expect(each).toBeLessThanOrEqual(PER_MINUTE);
    // It was the rate that held them up, and no more than it had to.
    expect(Math.min(...most)).toBeGreaterThan(PER_MINUTE / 2);
    expect(seconds).toBeGreaterThan(MINUTE_MS / 1_000);
  });

  async function queueMessages(): Promise<string[]> {
    const tenant = await createTenant(database.sql, "Household");
    const ids: string[] = [];
    for (const user of SENDERS) {
      const at = { host: mail.host, security: "none", user } as const;
      const incoming = { ...at, port: mail.imap.port };
      const outgoing = { ...at, port: mail.smtp.port };
      const account = {
        name: user,
        address: user,
        colour: "#3366cc",
        kind: "imap",
        incoming,
        outgoing,
      } as const;
      const { id: accountId } = await createAccount(tenant, keyring, account, {
        incoming: { password: "x" },
      });
      // Nothing is read here.
      await setAccountStatus(tenant, accountId, { state: "paused" });
      await inTransaction(database, async (tx) => {
        for (let index = 0; index < MESSAGES_EACH; index += 1) {
          const messageId = `<${index}.${user}>`;
          ids.push(messageId);
          const head = `Message-ID: ${messageId}\r\nFrom: ${user}\r\nTo: ${BOB}\r\nSubject: ${index}\r\n`;
          await addToOutbox(within(tenant, tx), {
            accountId,
            idempotencyKey: messageId,
            requestHash: "rate",
            messageId,
            subject: String(index),
            rendered: Buffer.from(`${head}\r\nWe met.\r\n`),
            envelope: { from: user, recipients: [BOB], bcc: [], date: new Date().toISOString() },
          });
        }
      });
    }
    return ids;
  }
});
