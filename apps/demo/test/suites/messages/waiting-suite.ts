import { freePort, until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { startJobs } from "../../../src/jobs/start-jobs.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import { changeMessages } from "../../../src/mail/changes/change-messages.js";
import { changeOnServer } from "../../../src/mail/changes/change-on-server.js";
import { pushChanges } from "../../../src/mail/changes/push-changes.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { syncAccount } from "../../../src/mail/sync/sync-account.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../../src/store/accounts.js";
import { listFolders } from "../../../src/store/folders.js";
import { claimLease, releaseLease } from "../../../src/store/leases.js";
import { findMessages, listMessages } from "../../../src/store/messages/list-messages.js";
import { countWaiting, wantChange } from "../../../src/store/messages/wanted-changes.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts, within } from "../fixture.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const WORDS = "You may not change this today";

/** What somebody wants of a message while its server is away, on every database. */
export function waitingSuite(open: () => Database): void {
  describe("changes of messages", () => {
    let mail: MailServers;
    let environment: MailEnvironment;
    let clients: WebClients;
    let tenant: Tenant;
    let accountId: string;
    let commands: string[] = [];
    let refused: string | undefined;

    beforeAll(async () => {
      mail = await startMailServers({
        accounts: [{ ...ada, address: ada.user, mailboxes: ["Archive"] }],
        imap: {
          // While it is away, nobody else is to get these.
          port: await freePort(),
          tlsPort: await freePort(),
          answer({ name, arguments: rest }) {
            const command = `${name} ${rest}`;
            commands.push(command);
            return refused !== undefined && command.includes(refused) ? `NO [NOPERM] ${WORDS}` : undefined;
          },
        },
      });
      environment = {
        database: open(),
        keyring,
        ca: mail.ca,
        wireLog: new WireLog(),
        now: () => new Date(),
      };
    });

    beforeEach(async () => {
      await clients?.close();
      clients = new WebClients(environment);
      await mail.reset();
      refused = undefined;
      for (const subject of ["First", "Second", "Third"])
        mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`);
      await removeAccounts(open());
      tenant = await createTenant(open().sql, "Household");
      const incoming = {
        host: mail.host,
        port: mail.imap.tlsPort,
        security: "tls",
        user: ada.user,
      } as const;
      const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind: "imap", incoming } as const;
      ({ id: accountId } = await createAccount(tenant, keyring, account, {
        incoming: { password: ada.password },
      }));
      await sync();
      commands = [];
    });

    afterAll(async () => {
      await clients.close();
      await removeAccounts(open());
      await mail.stop();
    });

    async function sync(): Promise<void> {
      const account = await findAccount(tenant, accountId);
      const lease = await claimLease(tenant, accountId, "test");
      if (account === undefined || lease === undefined) throw new Error("The account was not free");
      const client = await openAccountClient(environment, tenant, account);
      const { signal } = new AbortController();
      await syncAccount({ environment, tenant, account, lease, client, signal });
      await client.client.close();
      await releaseLease(tenant, lease);
    }

    async function items() {
      return (await listMessages(tenant, { account: accountId }, { limit: 10 })).items;
    }

    async function first() {
      const item = (await items()).find(({ subject }) => subject === "First");
      if (item === undefined) throw new Error("It is not there");
      return item;
    }

    const change = (ids: readonly number[], wanted: Parameters<typeof changeMessages>[3]) =>
      changeMessages({ environment, clients }, tenant, ids, wanted);
    const makeDue = () => open().sql.execute(sql`update messages set pending_at = now()`);
    const push = () => pushChanges({ environment, clients }, tenant, accountId);
    const flagsOnServer = () => [...(mail.store.messages(ada.user, "INBOX")[0]?.flags ?? [])];
    const stores = () => commands.filter((command) => /\bUID STORE\b/.test(command));

    async function told(type: string): Promise<Record<string, unknown>[]> {
      const { rows } = await open().sql.execute<{ data: Record<string, unknown> }>(
        sql`select data from events where tenant_id = ${tenant.id} and type = ${type} order by id`,
      );
      return rows.map(({ data }) => data);
    }

    test("wait while the server is away, say so, and are made once when it is back", async () => {
      const { id } = await first();
      await mail.imap.stop();
      expect(await change([id], { seen: true })).toEqual([{ id, ok: true, isWaiting: true }]);
      const waiting = await first();
      expect(waiting).toMatchObject({
        seen: true,
        waiting: { seen: true, tries: 1, error: { code: "connection" } },
      });
      expect(Date.parse(waiting.waiting?.nextTryAt ?? "")).toBeGreaterThan(Date.now());
      expect((await countWaiting(tenant)).get(accountId)).toMatchObject({ count: 1 });
      expect(await told("message.updated")).toMatchObject([{ id }]);
      // Not due: nobody is asked.
      await push();
      expect(await first()).toMatchObject({ waiting: { tries: 1 } });
      await makeDue();
      await push();
      expect(await first()).toMatchObject({ waiting: { tries: 2 } });
      await mail.imap.start();
      await makeDue();
      await push();
      expect(await first()).toMatchObject({ seen: true, waiting: null });
      expect(flagsOnServer()).toContain("\\Seen");
      await push();
      expect(stores()).toHaveLength(1);
      expect(await told("message.refused")).toEqual([]);
    });

    test("that wait are made by a job, one command for many, as soon as the account is well again", async () => {
      const ids = (await items()).map(({ id }) => id);
      await mail.imap.stop();
      await change(ids, { flagged: true });
      await mail.imap.start();
      await open().sql.execute(sql`update accounts set failures = 3 where id = ${accountId}`);
      await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
      await until(async () => (await items()).every(({ waiting }) => waiting === null));
      expect((await items()).map(({ flagged }) => flagged)).toEqual([true, true, true]);
      expect(stores()).toHaveLength(1);
    });

    test("that the server refuses for good are taken back, with its words in an event", async () => {
      const { id } = await first();
      await mail.imap.stop();
      await change([id], { flagged: true });
      await mail.imap.start();
      refused = "STORE";
      await makeDue();
      await push();
      expect(await first()).toMatchObject({ flagged: false, waiting: null });
      expect(await told("message.refused")).toMatchObject([{ id, server: expect.stringContaining(WORDS) }]);
    });

    test("that are refused to somebody's face leave nothing behind and are told by the answer alone", async () => {
      const { id } = await first();
      refused = "STORE";
      const [outcome] = await change([id], { flagged: true });
      expect(outcome).toMatchObject({
        ok: false,
        error: { server: { text: expect.stringContaining(WORDS) } },
      });
      expect(await first()).toMatchObject({ flagged: false, waiting: null });
      expect(await told("message.refused")).toEqual([]);
    });

    test("are given up after eight tries, and that is told", async () => {
      const { id } = await first();
      await mail.imap.stop();
      await change([id], { seen: true });
      for (const tries of [7, 8]) {
        await open().sql.execute(
          sql`update messages set pending = pending || ${JSON.stringify({ tries: tries - 1 })}::jsonb where id = ${id}`,
        );
        await makeDue();
        await push();
        if (tries === 7) expect(await first()).toMatchObject({ seen: true, waiting: { tries } });
      }
      expect(await first()).toMatchObject({ seen: false, waiting: null });
      expect(await told("message.refused")).toMatchObject([{ id, code: "connection" }]);
      await mail.imap.start();
    });

    test("are made again after a kill between the server's word and the row, which changes nothing", async () => {
      const { id, uid } = await first();
      const archive = (await listFolders(tenant, accountId)).find(({ path }) => path === "Archive");
      const wanted = { flagged: true, moveTo: archive?.id ?? "" };
      await inTransaction(open(), (tx) => wantChange(within(tenant, tx), [id], wanted));
      // What the killed process did.
      await clients.use(tenant, accountId, async (client) => {
        await changeOnServer(client, "INBOX", [uid], { type: "flags", flags: { flagged: true } });
        await changeOnServer(client, "INBOX", [uid], { type: "move", to: "Archive" });
      });
      await push();
      expect(await findMessages(tenant, [id])).toHaveLength(1);
      await makeDue();
      await push();
      expect(await findMessages(tenant, [id])).toEqual([]);
      expect(await told("message.refused")).toEqual([]);
      await sync();
      const [inArchive, ...more] = mail.store.messages(ada.user, "Archive");
      expect(more).toEqual([]);
      expect([...(inArchive?.flags ?? [])]).toContain("\\Flagged");
      const moved = await listMessages(tenant, { folder: archive?.id ?? "" }, { limit: 10 });
      expect(moved.items.map(({ subject, flagged }) => [subject, flagged])).toEqual([["First", true]]);
    });

    test("are made as somebody wants them last: read, then unread; thrown away, then archived", async () => {
      const { id } = await first();
      await mail.imap.stop();
      await change([id], { seen: true });
      await change([id], { seen: false, flagged: true });
      await change([id], { isDeleted: true });
      const archive = (await listFolders(tenant, accountId)).find(({ path }) => path === "Archive");
      await change([id], { moveTo: archive?.id ?? "" });
      const { waiting } = await first();
      expect(waiting).toMatchObject({ seen: false, flagged: true, moveTo: archive?.id });
      expect(waiting).not.toHaveProperty("isDeleted");
      await mail.imap.start();
      await makeDue();
      await push();
      const [inArchive] = mail.store.messages(ada.user, "Archive");
      expect([...(inArchive?.flags ?? [])].sort()).toEqual(["\\Flagged"]);
    });
  });
}
