import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, until } from "@mailwright/suite";
import { type FaultProxy, type MailServers, startFaultProxy, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { acceptMessage } from "../../src/mail/outbox/accept-message.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { createAccount, deleteAccount } from "../../src/store/accounts.js";
import { listFolders } from "../../src/store/folders.js";
import { knownFlags } from "../../src/store/messages/known-flags.js";
import { createTenant, type Tenant } from "../../src/store/tenant.js";
import { keyring } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";
import { StruckWorker, strikes } from "./struck-workers.js";

const BOB = "bob@example.test";
const LEASE_SECONDS = 3;
const MESSAGES_BEFORE = 30;
const POLL_MS = 100;
const LOOK_EVERY_MS = 2_000;
const cases = strikes(Number(process.env["MAILWRIGHT_STRIKES"] ?? 20));
const server = await startPostgresql();

describe.skipIf(server === undefined)("two workers, one of which is struck", () => {
  let url: string;
  let database: Database;
  let mail: MailServers;
  let proxy: FaultProxy;
  let tenant: Tenant;
  let lookedAt = 0;
  const startedAt = performance.now();
  const totals = { messages: 0, stored: 0, twice: 0, lost: 0, unknown: 0, resolved: 0, staleWrites: 0 };

  beforeAll(async () => {
    url = (await server?.createDatabase()) ?? "";
    database = await openDatabase({ url });
    mail = await startMailServers({ accounts: [{ user: BOB, password: "x", address: BOB }] });
    proxy = await startFaultProxy({ target: { host: mail.host, port: mail.smtp.port } });
    // As many providers do: what it takes it files itself.
    mail.on("message", ({ raw, mailFrom }) => void mail.store.deliver(mailFrom, raw, { mailbox: "Sent" }));
    tenant = await createTenant(database.sql, "Household");
    await database.sql.execute(sql`
      create table audit (app text, what text, at timestamptz default clock_timestamp())`);
    await database.sql.execute(sql`
      create function audit() returns trigger language plpgsql as $$ begin
        insert into audit values (current_setting('application_name'), tg_table_name || ' ' || tg_op);
        return null; end $$`);
    for (const table of ["outbox", "outbox_attempts", "outbox_recipients", "messages", "folders"])
      await database.sql.execute(sql`
        create trigger audit after insert or update or delete on ${sql.identifier(table)}
        for each row execute function audit()`);
  });

  afterAll(async () => {
    await database?.close();
    await proxy?.stop();
    await mail?.stop();
    await server?.stop();
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    console.log(`${cases.length} seeds in ${seconds} s: ${JSON.stringify(totals)}`);
  });

  test.each(cases)(
    "seed $seed, $action $point: no mail twice, none lost, doubts ended by Sent, rows as on the server",
    async ({ seed, action, point }) => {
      const random = seededRandom(seed);
      const ada = `ada-${seed}@example.test`;
      const accountId = await addAccount(ada);
      await proxy.setFaults({ latencyMs: Math.floor(random() * 6) });
      const more = { SMTP_PORT: String(proxy.port), LEASE_SECONDS: String(LEASE_SECONDS) };
      await using victim = await StruckWorker.start("victim", url, { ...more, POINT: point, ACTION: action });
      await using healthy = await StruckWorker.start("healthy", url, more);
      // Until it is its turn: the other worker takes messages and the account too.
      for (let index = 0; !(await victim.isStruck()); index += 1) {
        await send(accountId, `seed ${seed}, message ${index}`, 200 + Math.floor(random() * 20_000));
        mail.store.deliver(ada, `From: ${BOB}\r\nSubject: Arrival ${index}\r\n\r\nHi.\r\n`);
        await sleep(100);
        if (index % 20 === 19) await giveAccountAway(accountId);
      }
      await until(isSettled, 120_000);
      const doubted = (await fates()).filter(({ state }) => state === "unknown").length;
      await until(async () => (await isReconciled()) && (await isAsOnServer(ada, accountId)), 120_000);
      const before = await database.sql.execute<{ at: string }>(sql`select clock_timestamp()::text as at`);
      await victim.end();
      // What it had begun may have gone out now, although it was taken for unknown.
      await until(isReconciled, 120_000);
      const { rows: stale } = await database.sql.execute(sql`
        select what from audit where app = 'victim' and at > ${before.rows[0]?.at}::timestamptz`);
      const ended = await fates();
      for (const { messageId, state } of ended) {
        const copies = stored(messageId);
        expect(copies, `copies of ${messageId}, which is ${state}`).toBeLessThanOrEqual(1);
        if (state === "accepted" || state === "resolved") expect(copies).toBe(1);
        else expect([state, copies]).toEqual(["unknown", 0]);
      }
      expect(stale).toEqual([]);
      const copies = ended.map(({ messageId }) => stored(messageId));
      const resolved = ended.filter(({ state }) => state === "resolved").length;
      totals.messages += ended.length;
      totals.stored += copies.reduce((sum, count) => sum + count, 0);
      totals.twice += copies.filter((count) => count > 1).length;
      totals.lost += ended.filter(({ state }, index) => state === "accepted" && copies[index] === 0).length;
      totals.unknown += doubted;
      totals.resolved += resolved;
      totals.staleWrites += stale.length;
      console.log(
        `seed ${seed}: ${action} ${point}: ${ended.length} messages, ${doubted} in doubt, ${resolved} resolved`,
      );
      await healthy.end();
      await deleteAccount(tenant, accountId);
      mail.smtp.deleteMessages();
      mail.store.expunge(
        BOB,
        "INBOX",
        mail.store.messages(BOB).map(({ uid }) => uid),
      );
    },
  );

  async function addAccount(user: string): Promise<string> {
    mail.store.addAccount({
      user,
      password: "x",
      address: user,
      mailboxes: [{ path: "Sent", specialUse: "\\Sent" }],
    });
    for (let index = 0; index < MESSAGES_BEFORE; index += 1)
      mail.store.deliver(user, `From: ${BOB}\r\nSubject: Before ${index}\r\n\r\nHi.\r\n`);
    const at = { host: mail.host, security: "none", user } as const;
    const incoming = { ...at, port: mail.imap.port };
    const outgoing = { ...at, port: proxy.port };
    const account = {
      name: "Ada",
      address: user,
      colour: "#3366cc",
      kind: "imap",
      incoming,
      outgoing,
    } as const;
    return (await createAccount(tenant, keyring, account, { incoming: { password: "x" } })).id;
  }

  async function send(accountId: string, text: string, length: number): Promise<void> {
    const body = `The body of ${text}. ${"x".repeat(60)}\r\n`.repeat(Math.ceil(length / 100));
    const list = { cc: [], bcc: [], replyTo: [], attachments: [] };
    const request = { accountId, to: [{ address: BOB }], ...list, subject: text, text: body };
    const environment = { database, keyring, wireLog: new WireLog(), now: () => new Date() };
    await acceptMessage(environment, tenant, request, text);
  }

  /** The holder may be the one that is never struck. */
  async function giveAccountAway(accountId: string): Promise<void> {
    await database.sql.execute(
      sql`update leases set epoch = epoch + 1, expires_at = '-infinity' where account_id = ${accountId}`,
    );
  }

  function stored(messageId: string): number {
    return mail.store.messages(BOB).filter(({ raw }) => raw.includes(messageId)).length;
  }

  async function fates(): Promise<{ readonly messageId: string; readonly state: string }[]> {
    const { rows } = await database.sql.execute<{ messageId: string; state: string }>(
      sql`select message_id_header as "messageId", state from outbox order by id`,
    );
    return rows;
  }

  async function isSettled(): Promise<boolean> {
    // Nobody waits for the minute after which it is tried again.
    await database.sql.execute(
      sql`update outbox set next_try_at = now() where state in ('not-sent', 'deferred') and next_try_at > now()`,
    );
    await sleep(POLL_MS);
    return (await fates()).every(({ state }) => /^(accepted|unknown|resolved)$/.test(state));
  }

  /** Every doubt that the Sent folder can end has been ended, and nothing more is looked for. */
  async function isReconciled(): Promise<boolean> {
    const { rows } = await database.sql.execute<{ messageId: string; state: string }>(sql`
      select message_id_header as "messageId", state from outbox where check_at is not null`);
    const open = rows.filter(({ messageId, state }) => state !== "unknown" || stored(messageId) > 0);
    // Not while somebody looks: a look that another one overtakes is void.
    if (open.length > 0 && performance.now() - lookedAt > LOOK_EVERY_MS) {
      lookedAt = performance.now();
      await database.sql.execute(sql`update outbox set check_at = now() where check_at > now()`);
    }
    await sleep(POLL_MS);
    return open.length === 0;
  }

  /** The other worker holds the account, and its rows are those that a fresh scan would bring. */
  async function isAsOnServer(user: string, accountId: string): Promise<boolean> {
    const { rows } = await database.sql.execute<{ holder: string }>(
      sql`select holder from leases
        where account_id = ${accountId} and holder = 'healthy' and expires_at > now()`,
    );
    if (rows.length === 0) return false;
    for (const { id, path, total } of await listFolders(tenant, accountId)) {
      const here = [...(await knownFlags(tenant, id)).keys()].sort();
      const there = mail.store
        .messages(user, path)
        .map(({ uid }) => String(uid))
        .sort();
      if (total !== there.length || here.join() !== there.join()) return false;
    }
    return true;
  }
});
