import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { seededRandom, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import type { MailEnvironment } from "../../src/mail/mail-environment.js";
import { acceptMessage } from "../../src/mail/outbox/accept-message.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { createAccount } from "../../src/store/accounts.js";
import { createTenant, type Tenant } from "../../src/store/tenant.js";
import { keyring } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";

const WORKER = fileURLToPath(new URL("./outbox-worker.mjs", import.meta.url));
const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const POINTS = [
  ["before claim", "SIGKILL"],
  ["after claim", "SIGKILL"],
  ["after begin", "SIGKILL"],
  ["mid-body", "SIGKILL"],
  ["after dot", "SIGKILL"],
  ["before finish", "SIGKILL"],
  ["after finish", "SIGKILL"],
  ["after claim", "SIGSTOP"],
  ["after begin", "SIGSTOP"],
  ["after dot", "SIGSTOP"],
] as const;
const ROUNDS = 3;
const cases = Array.from({ length: ROUNDS }, (_, round) =>
  POINTS.map(([point, action], index) => [round * POINTS.length + index + 1, action, point] as const),
).flat();

const server = await startPostgresql();

describe.skipIf(server === undefined)("two workers, one of which is struck while it sends", () => {
  let url: string;
  let database: Database;
  let mail: MailServers;
  let environment: MailEnvironment;
  let tenant: Tenant;
  let accountId: string;
  let healthy: ChildProcess;
  const workers: ChildProcess[] = [];
  const totals = { messages: 0, stored: 0, twice: 0, unknown: 0, resolved: 0 };

  beforeAll(async () => {
    url = (await server?.createDatabase()) ?? "";
    database = await openDatabase({ url });
    mail = await startMailServers({
      accounts: [
        { ...ada, address: ada.user, mailboxes: [{ path: "Sent", specialUse: "\\Sent" }] },
        { user: "bob@example.test", password: "x", address: "bob@example.test" },
      ],
    });
    // As many providers do: what it takes it files itself.
    mail.on("message", ({ raw }) => void mail.store.deliver(ada.user, raw, { mailbox: "Sent" }));
    environment = { database, keyring, wireLog: new WireLog(), now: () => new Date() };
    tenant = await createTenant(database.sql, "Household");
    const at = { host: mail.host, security: "none", user: ada.user } as const;
    const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind: "imap" } as const;
    ({ id: accountId } = await createAccount(
      tenant,
      keyring,
      {
        ...account,
        incoming: { ...at, port: mail.imap.port },
        outgoing: { ...at, port: mail.smtp.port },
      },
      { incoming: { password: ada.password } },
    ));
    healthy = await startWorker();
  });

  afterAll(async () => {
    const ended = once(healthy, "exit");
    healthy.kill("SIGTERM");
    await ended;
    // Where a test has failed, its worker may stand still for ever.
    for (const worker of workers) worker.kill("SIGKILL");
    await database.close();
    await mail.stop();
    await server?.stop();
    console.log(`${cases.length} seeds: ${JSON.stringify(totals)}`);
  });

  test.each(cases)(
    "seed %i, %s %s: no mail twice, none lost, and no doubt that Sent could end",
    async (seed, action, point) => {
      const random = seededRandom(seed);
      const victim = await startWorker({ POINT: point, ACTION: action });
      const isStruck = struck(victim, action);
      // Until it is its turn: the other worker takes messages too.
      for (let index = 0; !(await isStruck(200)); index += 1)
        await send(`seed ${seed}, message ${index}`, 200 + Math.floor(random() * 20_000));
      await forget(victim);
      await untilSettled();
      if (action === "SIGSTOP") {
        victim.kill("SIGCONT");
        const ended = once(victim, "exit");
        // Its orderly end waits for what it has begun.
        victim.kill("SIGTERM");
        await ended;
      }
      const messages = await fates();
      const stored = (messageId: string): number =>
        mail.store.messages("bob@example.test").filter(({ raw }) => raw.includes(messageId)).length;
      for (const { messageId, state } of messages) {
        const copies = stored(messageId);
        expect(copies, `copies of ${messageId}, which is ${state}`).toBeLessThanOrEqual(1);
        if (state === "accepted") expect(copies).toBe(1);
        else expect(state, `${messageId}, stored ${copies} times`).toBe("unknown");
      }
      const doubted = messages.filter(({ state }) => state === "unknown");
      // A doubt needs a beginning in the ledger; before one there is none.
      if (point === "before claim" || point === "after claim" || point === "after finish")
        expect(doubted).toEqual([]);
      await database.sql.execute(sql`update outbox set check_at = now() where state = 'unknown'`);
      await until(
        async () =>
          (await fates()).every(({ messageId, state }) => state !== "unknown" || stored(messageId) === 0),
        60_000,
      );
      const ended = await fates();
      for (const { messageId } of ended.filter((one) => one.state === "resolved"))
        expect(stored(messageId)).toBe(1);
      const count = (state: string): number => ended.filter((one) => one.state === state).length;
      totals.messages += ended.length;
      totals.stored += ended.reduce((sum, { messageId }) => sum + stored(messageId), 0);
      totals.twice += ended.filter(({ messageId }) => stored(messageId) > 1).length;
      totals.unknown += doubted.length;
      totals.resolved += count("resolved");
      console.log(
        `seed ${seed}: ${action} ${point}: ${ended.length} messages, ${doubted.length} in doubt, ${count("resolved")} resolved by Sent`,
      );
      await database.sql.execute(sql`delete from outbox`);
      mail.smtp.deleteMessages();
    },
  );

  async function startWorker(more: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const env = { PATH: process.env["PATH"], DATABASE_URL: url, SMTP_PORT: String(mail.smtp.port), ...more };
    const child = spawn(process.execPath, [WORKER], { env, stdio: ["ignore", "pipe", "inherit"] });
    workers.push(child);
    const [line] = await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")]);
    if (line !== "ready") throw new Error(`The worker did not start: ${line}`);
    return child;
  }

  /** Answers, after so many milliseconds at most, whether a worker is dead, or stands still. */
  function struck(child: ChildProcess, action: string): (withinMs: number) => Promise<boolean> {
    return async (withinMs) => {
      if (action === "SIGSTOP") {
        await new Promise((resolve) => setTimeout(resolve, withinMs));
        // Field 3 of proc(5) behind the name: T for a process that a signal has stopped.
        return / T /.test((await readFile(`/proc/${child.pid}/stat`, "latin1")).replace(/^.*\)/, ""));
      }
      const ended = once(child, "exit");
      if (child.signalCode !== null) return true;
      return await Promise.race([
        ended.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(resolve, withinMs, false)),
      ]);
    };
  }

  /** The worker's claims are over, as half a minute later. */
  async function forget({ pid }: ChildProcess): Promise<void> {
    await database.sql.execute(
      sql`update outbox set lease_until = now() where state = 'sending' and holder like ${`${pid}-%`}`,
    );
  }

  async function untilSettled(): Promise<void> {
    await until(
      async () => (await fates()).every(({ state }) => state !== "queued" && state !== "sending"),
      120_000,
    );
  }

  async function send(text: string, length: number): Promise<void> {
    const body = `The body of ${text}. ${"x".repeat(60)}\r\n`.repeat(Math.ceil(length / 100));
    const list = { cc: [], bcc: [], replyTo: [], attachments: [] };
    const request = { accountId, to: [{ address: "bob@example.test" }], ...list, subject: text, text: body };
    await acceptMessage(environment, tenant, request, text);
  }

  async function fates(): Promise<{ readonly messageId: string; readonly state: string }[]> {
    const { rows } = await database.sql.execute<{ messageId: string; state: string }>(
      sql`select message_id_header as "messageId", state from outbox order by id`,
    );
    return rows;
  }
});
