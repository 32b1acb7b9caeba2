/**
 * Measures two workers over one PostgreSQL, with mail servers in this process: what a thousand accounts cost at which nothing happens,
 * and whether ten thousand queued messages go out, once each, and never faster than their accounts may send. Fails where that is not so.
 * Usage: DATABASE_URL=postgresql://…/empty node scripts/measure-workers.mjs [accounts] [messages] [per minute and account]
 * With pg_stat_statements in the server, queries are counted one by one, and the most frequent are named; else transactions are.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { mostWithin } from "@mailwright/suite";
import { startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { inTransaction } from "../dist/db/in-transaction.js";
import { openDatabase } from "../dist/db/open-database.js";
import { createAccount } from "../dist/store/accounts.js";
import { createKeyring } from "../dist/store/envelope.js";
import { addToOutbox } from "../dist/store/outbox/outbox.js";
import { createTenant } from "../dist/store/tenant.js";

const url = process.env.DATABASE_URL;
if (url === undefined) throw new Error("DATABASE_URL: an empty database on a PostgreSQL");
const [accountCount = 1_000, messageCount = 10_000, perMinute = 300] = process.argv.slice(2).map(Number);
const SENDERS = 10;
const IDLE_SECONDS = Number(process.env.IDLE_SECONDS ?? 60);
const BATCH = 100;
const TICKS_A_SECOND = 100;
const MINUTE_MS = 60_000;
const NAMED_QUERIES = 12;
const BOB = "bob@example.test";
const key = Buffer.alloc(32, 7);
const keyring = createKeyring([{ id: "k1", key }]);
const print = (line) => void process.stdout.write(`${line}\n`);
const round = (value, digits = 1) => Number(value.toFixed(digits));

const address = (index) => `user-${index}@example.test`;
const users = Array.from({ length: accountCount }, (_, index) => address(index));
const mail = await startMailServers({
  accounts: [...users, BOB].map((user) => ({
    user,
    password: "x",
    address: user,
    mailboxes: [{ path: "Sent", specialUse: "\\Sent" }],
  })),
});
for (const user of users) mail.store.deliver(user, `From: ${BOB}\r\nSubject: Hello\r\n\r\nHi.\r\n`);
const arrivals = new Map();
mail.on("message", ({ raw, mailFrom }) => {
  const id = /^Message-ID: (.*)\r$/im.exec(raw.toString("latin1"))?.[1];
  arrivals.set(id, [...(arrivals.get(id) ?? []), { from: mailFrom, at: performance.now() }]);
  mail.store.deliver(mailFrom, raw, { mailbox: "Sent" });
});

const database = await openDatabase({ url });
// The statements of this database: a server may have others, at which something happens.
const counted = sql`pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())`;
const canCount = await database.sql.execute(sql`create extension if not exists pg_stat_statements`).then(
  () => database.sql.execute(sql`select pg_stat_statements_reset()`).then(() => true),
  () => false,
);
const tenant = await createTenant(database.sql, "Measured");
const accounts = [];
for (let start = 0; start < accountCount; start += BATCH) {
  await inTransaction(database, async (tx) => {
    for (const user of users.slice(start, start + BATCH)) {
      const at = { host: mail.host, security: "none", user };
      const incoming = { ...at, port: mail.imap.port };
      const outgoing = { ...at, port: mail.smtp.port };
      const account = { name: user, address: user, colour: "#3366cc", kind: "imap", incoming, outgoing };
      const secret = { incoming: { password: "x" } };
      accounts.push(await createAccount({ id: tenant.id, sql: tx }, keyring, account, secret));
    }
  });
}
const workers = [1, 2].map(() =>
  spawn(process.execPath, [fileURLToPath(new URL("../dist/demo.js", import.meta.url)), "worker"], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: url,
      MAILWRIGHT_KEY: `k1:${key.toString("base64")}`,
      MAILWRIGHT_ALLOW_HOSTS: mail.host,
      MAILWRIGHT_ALLOW_PORTS: `${mail.imap.port},${mail.smtp.port}`,
      MAILWRIGHT_SEND_PER_MINUTE: String(perMinute),
    },
    stdio: ["ignore", "ignore", "inherit"],
  }),
);

const startedAt = performance.now();
await until(
  `accounts in sync of ${accountCount}`,
  async () => count(sql`accounts where state = 'live'`),
  accountCount,
);
print(`${accountCount} accounts in sync after ${round((performance.now() - startedAt) / 1_000)} s`);
await measureIdle();
await measureSending();
for (const worker of workers) {
  const ended = once(worker, "exit");
  worker.kill("SIGTERM");
  await ended;
}
await database.close();
await mail.stop();

async function measureIdle() {
  // What the first pass has left to do is over then.
  await sleep(IDLE_SECONDS * 500);
  if (canCount) await database.sql.execute(sql`select pg_stat_statements_reset()`);
  const before = await cost();
  await sleep(IDLE_SECONDS * 1_000);
  const after = await cost();
  const { rows } = await database.sql.execute(sql`select held from workers order by started_at`);
  const seconds = (after.at - before.at) / 1_000;
  print(`idle for ${round(seconds)} s, ${mail.imap.connections ?? "?"} connections of IMAP:`);
  workers.forEach((_, index) => {
    const cpu = (after.cpu[index] - before.cpu[index]) / seconds;
    print(
      `  worker ${index + 1}: ${rows[index]?.held} accounts, ${round(after.rssMb[index])} MB, ${round(cpu * 100)} % of a core`,
    );
  });
  const rate = (name) => round((after[name] - before[name]) / seconds);
  print(
    `  database: ${canCount ? `${rate("queries")} queries, ` : ""}${rate("transactions")} transactions a second${load()}`,
  );
  if (!canCount) return;
  const { rows: queries } = await database.sql.execute(sql`
    select calls::int, regexp_replace(query, '\\s+', ' ', 'g') as query from ${counted}
    order by calls desc limit ${NAMED_QUERIES}`);
  for (const { calls, query } of queries)
    print(`    ${round(calls / seconds)} a second: ${query.slice(0, 110)}`);
}

async function measureSending() {
  const envelope = { recipients: [BOB], bcc: [], date: new Date().toISOString() };
  for (let start = 0; start < messageCount; start += BATCH) {
    await inTransaction(database, async (tx) => {
      for (let index = start; index < Math.min(start + BATCH, messageCount); index += 1) {
        const account = accounts[index % Math.min(SENDERS, accountCount)];
        const messageId = `<${index}@measured.test>`;
        const head = `Message-ID: ${messageId}\r\nFrom: ${account.address}\r\nTo: ${BOB}\r\nSubject: ${index}\r\n`;
        await addToOutbox(
          { id: tenant.id, sql: tx },
          {
            accountId: account.id,
            idempotencyKey: messageId,
            requestHash: "measured",
            messageId,
            subject: String(index),
            rendered: Buffer.from(`${head}\r\nWe met.\r\n`),
            envelope: { ...envelope, from: account.address },
          },
        );
      }
    });
  }
  const queuedAt = performance.now();
  const before = await cost();
  await until(
    `messages accepted of ${messageCount}`,
    () => count(sql`outbox where state = 'accepted'`),
    messageCount,
  );
  const after = await cost();
  const seconds = (performance.now() - queuedAt) / 1_000;
  const all = [...arrivals.values()];
  const times = (user) =>
    all
      .flat()
      .filter(({ from }) => from === user)
      .map(({ at }) => at);
  const most = Math.max(...users.slice(0, SENDERS).map((user) => mostWithin(times(user), MINUTE_MS)));
  const stored = mail.store.messages(BOB).length;
  const twice = all.filter(({ length }) => length > 1).length;
  const lost = messageCount - all.length;
  const cpu = workers.reduce((sum, _, index) => sum + after.cpu[index] - before.cpu[index], 0);
  print(
    `${messageCount} messages of ${SENDERS} accounts, each at most ${perMinute} a minute: ${round(seconds)} s${load()}`,
  );
  print(`  arrived ${all.length}, stored ${stored}, twice ${twice}, lost ${lost}`);
  print(
    `  most of one account in any 60 s at the server: ${most}; ${round((cpu * 1_000) / messageCount, 2)} ms of the workers' processors a message`,
  );
  if (most > perMinute || twice + lost > 0 || stored !== messageCount) process.exitCode = 1;
}

/** What else the machine had to do. */
function load() {
  return ` (load of the machine ${loadavg()
    .map((one) => one.toFixed(1))
    .join(" ")})`;
}

async function cost() {
  const { rows } = await database.sql.execute(sql`
    select xact_commit + xact_rollback as transactions from pg_stat_database where datname = current_database()`);
  const calls = canCount
    ? await database.sql.execute(sql`select sum(calls) as queries from ${counted}`)
    : undefined;
  const files = workers.map(({ pid }) => ({
    stat: readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /, "")
      .split(" "),
    status: readFileSync(`/proc/${pid}/status`, "latin1"),
  }));
  return {
    at: performance.now(),
    transactions: Number(rows[0]?.transactions),
    queries: Number(calls?.rows[0]?.queries ?? 0),
    // Fields 14 and 15 of proc(5), of which the first two are cut off.
    cpu: files.map(({ stat }) => (Number(stat[11]) + Number(stat[12])) / TICKS_A_SECOND),
    rssMb: files.map(({ status }) => Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024),
  };
}

async function count(from) {
  const { rows } = await database.sql.execute(sql`select count(*)::int as count from ${from}`);
  return rows[0].count;
}

async function until(what, read, wanted) {
  for (let told = performance.now(); ; ) {
    const now = await read();
    if (now >= wanted) return;
    if (performance.now() - told > 30_000) {
      told = performance.now();
      print(`… ${now} ${what}`);
    }
    await sleep(1_000);
  }
}
