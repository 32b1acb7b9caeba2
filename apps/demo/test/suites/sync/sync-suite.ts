import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { createSampleMessages, SAMPLE_MAILBOXES } from "../../../src/embedded/sample-messages.js";
import { startJobs } from "../../../src/jobs/start-jobs.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { nudgeAccounts } from "../../../src/mail/nudge-accounts.js";
import { storeBatch } from "../../../src/mail/sync/store-batch.js";
import { syncAccount } from "../../../src/mail/sync/sync-account.js";
import { syncFolder } from "../../../src/mail/sync/sync-folder.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount, updateAccount } from "../../../src/store/accounts.js";
import { listFolders, readCursor, replaceFolders } from "../../../src/store/folders.js";
import { claimLease, LeaseLostError } from "../../../src/store/leases.js";
import { findBody } from "../../../src/store/messages/bodies.js";
import { listMessages } from "../../../src/store/messages/list-messages.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const samples = createSampleMessages(1, ada.user);
/** What syncing accounts must do on every database. */
export function syncSuite(open: () => Database): void {
  describe("syncing", () => {
    let database: Database;
    let mail: MailServers;
    let environment: MailEnvironment;
    let clients: WebClients;
    let tenant: Tenant;

    beforeAll(async () => {
      const mailboxes = SAMPLE_MAILBOXES.filter((name) => name !== "INBOX");
      mail = await startMailServers({
        accounts: [{ ...ada, address: ada.user, mailboxes, messages: samples }],
      });
      database = open();
      environment = { database, keyring, ca: mail.ca, wireLog: new WireLog(), now: () => new Date() };
      clients = new WebClients(environment);
    });

    beforeEach(async () => {
      await mail.reset();
      // The accounts of the test before are nobody's business any more.
      await removeAccounts(database);
      tenant = await createTenant(database.sql, "Household");
    });

    afterAll(async () => {
      await clients.close();
      await mail.stop();
    });

    async function addAccount(kind: "imap" | "pop3", password = ada.password, owner = tenant) {
      const incoming = {
        host: mail.host,
        port: mail[kind].tlsPort,
        security: "tls",
        user: ada.user,
      } as const;
      const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind, incoming };
      return await createAccount(owner, keyring, account, { incoming: { password } });
    }

    async function untilState(id: string, state: string) {
      return await until(async () => {
        const account = await findAccount(tenant, id);
        return account?.state === state ? account : undefined;
      });
    }

    async function eventsOf({ id, sql: database }: Tenant): Promise<string[]> {
      const { rows } = await database.execute<{ type: string }>(
        sql`select type from events where tenant_id = ${id}`,
      );
      return rows.map(({ type }) => type);
    }

    async function uidsOnServer(path: string): Promise<string[]> {
      return mail.store.messages(ada.user, path).map(({ uid }) => String(uid));
    }

    async function storedUids(path: string): Promise<string[]> {
      const folder = (await listFolders(tenant)).find((candidate) => candidate.path === path);
      const { items } = await listMessages(tenant, { folder: folder?.id ?? "" }, { limit: 200 });
      return items.map(({ uid }) => uid).sort((one, other) => Number(one) - Number(other));
    }

    describe("an account of IMAP", () => {
      test("is read whole; then what arrives, changes and goes on the server is so here", async () => {
        const { id } = await addAccount("imap");
        await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
        await untilState(id, "live");
        // A first sync is no news of each message, and its place is kept.
        expect((await eventsOf(tenant)).filter((type) => type === "message.added")).toEqual([]);
        for (const { id: folder, isSelectable } of await listFolders(tenant))
          expect((await readCursor(tenant, folder)) !== undefined).toBe(isSelectable);
        for (const path of SAMPLE_MAILBOXES) expect(await storedUids(path)).toEqual(await uidsOnServer(path));
        const folders = await listFolders(tenant, id);
        expect(folders[0]).toMatchObject({
          role: "inbox",
          synced: folders[0]?.total,
          toSync: folders[0]?.total,
        });
        const pages = folders.map(({ id: folder }) => listMessages(tenant, { folder }, { limit: 200 }));
        const items = (await Promise.all(pages)).flatMap((page) => page.items);
        expect(items.map(({ subject }) => subject)).toContain("会議の議事録をお送りします");
        const contract = items.find(({ subject }) => subject === "Signed contract");
        expect(contract).toMatchObject({
          hasAttachments: true,
          snippet: expect.stringContaining("Signed on both"),
        });
        const body = await findBody(tenant, contract?.id ?? 0);
        expect(body?.attachments.map(({ filename }) => filename)).toEqual(["Vertrag – unterschrieben.pdf"]);

        const [first, second] = mail.store.messages(ada.user, "INBOX").map(({ uid }) => uid);
        mail.store.setFlags(ada.user, "INBOX", first ?? 0, ["\\Seen", "\\Flagged"]);
        mail.store.expunge(ada.user, "INBOX", [second ?? 0]);
        mail.store.deliver(ada.user, "From: bob@example.test\r\nSubject: Tea?\r\n\r\nAt four.\r\n");
        await nudgeAccounts(database, [id]);
        await until(async () => (await storedUids("INBOX")).join() === (await uidsOnServer("INBOX")).join());
        const after = await listMessages(tenant, {}, { limit: 200 });
        expect(after.items.find(({ uid }) => uid === String(first))).toMatchObject({
          seen: true,
          flagged: true,
        });
        expect(after.items.find(({ subject }) => subject === "Tea?")).toMatchObject({
          fromAddress: "bob@example.test",
          snippet: "At four.",
          seen: false,
        });
      });

      test("hears of new mail by itself, also of what came while the connection was away", async () => {
        const { id } = await addAccount("imap");
        await using _jobs = await startJobs(environment, clients, { pollMs: 600_000 });
        await untilState(id, "live");
        const arrive = (subject: string) =>
          mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHi.\r\n`);
        const isHere = async (subject: string) => {
          const { items } = await listMessages(tenant, {}, { limit: 5 });
          return items.some((item) => item.subject === subject);
        };
        arrive("Nobody asked");
        await until(() => isHere("Nobody asked"));
        await mail.disconnect(ada.user);
        arrive("While it was away");
        await until(() => isHere("While it was away"));
      });

      test("whose server numbers its messages anew is read anew", async () => {
        const { id } = await addAccount("imap");
        await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
        await untilState(id, "live");
        const [before] = (await listMessages(tenant, {}, { limit: 1 })).items;
        mail.store.setUidValidity(ada.user, "INBOX", 99_999);
        await nudgeAccounts(database, [id]);
        const [after] = await until(async () => {
          const { items } = await listMessages(tenant, {}, { limit: 200 });
          const isRead = items.length === mail.store.messages(ada.user, "INBOX").length;
          return isRead && items[0]?.id !== before?.id ? items : undefined;
        });
        expect(after?.subject).toBe(before?.subject);
      });

      test("with a wrong password says so in the server's words, and goes on with the right one", async () => {
        const { id } = await addAccount("imap", "battery-staple");
        await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
        const refused = await untilState(id, "needs-login");
        expect(refused.lastError).toMatchObject({ code: "authentication" });
        expect(refused.lastError?.server).toBeTruthy();
        expect(JSON.stringify(environment.wireLog.read(id))).not.toContain("battery-staple");
        await updateAccount(tenant, keyring, id, { secret: { incoming: { password: ada.password } } });
        await nudgeAccounts(database, [id]);
        expect(await untilState(id, "live")).toMatchObject({ lastError: null });
      });

      test("whose server is away is tried again later, and the row says when", async () => {
        const { id } = await addAccount("imap");
        const account = { host: mail.host, port: 1, security: "tls", user: ada.user } as const;
        await updateAccount(tenant, keyring, id, { incoming: account });
        const startedAt = Date.now();
        await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
        const waiting = await untilState(id, "retrying");
        expect(waiting.nextTryAt?.getTime()).toBeGreaterThan(startedAt);
        expect(waiting).toMatchObject({ failures: 1, lastError: { code: "connection" } });
      });

      test("that another program has taken over is not written by the one that was stalled", async () => {
        const { id } = await addAccount("imap");
        const lease = await claimLease(tenant, id, "stalled");
        if (lease === undefined) throw new Error("The account was not free");
        const account = await findAccount(tenant, id);
        if (account === undefined) throw new Error("The account is gone");
        const client = await openAccountClient(environment, tenant, account);
        const { signal } = new AbortController();
        const pass = { environment, tenant, account, lease, client, signal };
        await database.sql.execute(sql`update leases set epoch = epoch + 1, holder = 'next'`);
        await expect(syncAccount(pass)).rejects.toThrow(LeaseLostError);
        expect(await listFolders(tenant, id)).toEqual([]);
        const [folder] = await replaceFolders(tenant, id, [
          { path: "INBOX", displayName: "Inbox", role: "inbox", isSelectable: true },
        ]);
        if (folder === undefined) throw new Error("No folder");
        for await (const batch of syncFolder(client, "INBOX", undefined, { signal, now: () => new Date() })) {
          const stale = storeBatch(environment, tenant, lease, folder, batch);
          await expect(stale).rejects.toThrow(LeaseLostError);
          break;
        }
        await client.client.close();
        expect((await listMessages(tenant, {}, { limit: 1 })).items).toEqual([]);
        // A place that was kept without the rows before it would pass them over for ever.
        expect(await readCursor(tenant, folder.id)).toBeUndefined();
      });

      test("that another program holds is left to it", async () => {
        const { id } = await addAccount("imap");
        await claimLease(tenant, id, "another program");
        const other = await createTenant(database.sql, "Neighbours");
        const neighbour = await addAccount("imap", ada.password, other);
        await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
        await until(async () => (await findAccount(other, neighbour.id))?.state === "live");
        expect(await findAccount(tenant, id)).toMatchObject({ state: "new" });
      });
    });

    test("an account of POP3 is read whole with its sources, and what the server drops goes", async () => {
      const { id } = await addAccount("pop3");
      await using _jobs = await startJobs(environment, clients, { pollMs: 60_000 });
      await untilState(id, "live");
      const onServer = () => mail.store.messages(ada.user, "INBOX").length;
      const here = async () => (await listMessages(tenant, {}, { limit: 200 })).items;
      expect((await here()).length).toBe(onServer());
      const [oldest] = mail.store.messages(ada.user, "INBOX");
      mail.store.expunge(ada.user, "INBOX", [oldest?.uid ?? 0]);
      mail.store.deliver(ada.user, "From: bob@example.test\r\nSubject: Tea?\r\n\r\nAt four.\r\n");
      await nudgeAccounts(database, [id]);
      await until(async () => (await here()).some(({ subject }) => subject === "Tea?"));
      await until(async () => (await here()).length === onServer());
    });
  });
}
