import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { AccountHolder } from "../../../src/mail/sync/account-holder.js";
import { syncAccount } from "../../../src/mail/sync/sync-account.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../../src/store/accounts.js";
import { type Folder, listFolders } from "../../../src/store/folders.js";
import { claimLease } from "../../../src/store/leases.js";
import { knownFlags } from "../../../src/store/messages/known-flags.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

const PASSWORD = "countess-of-lovelace";
const SLICE = { messages: 4, ms: 60_000 };
const BIG = { INBOX: 10, Archive: 9, Notes: 5 };
const SMALL = { INBOX: 3, Archive: 0, Notes: 0 };

/** How much of an account is read at a stretch, and who has the next turn, on every database. */
export function sliceSuite(open: () => Database): void {
  describe("a first sync in slices", () => {
    let database: Database;
    let mail: MailServers;
    let environment: MailEnvironment;
    let tenant: Tenant;

    beforeAll(async () => {
      database = open();
      const mailboxes = [{ path: "Archive", specialUse: "\\Archive" }, "Notes"];
      const accounts = Object.entries({ big: BIG, small: SMALL }).map(([name, counts]) => ({
        user: name,
        password: PASSWORD,
        address: `${name}@example.test`,
        mailboxes,
        messages: Object.entries(counts).flatMap(([mailbox, count]) =>
          Array.from({ length: count }, (_, index) => ({ raw: letter(`${mailbox} ${index}`), mailbox })),
        ),
      }));
      mail = await startMailServers({ accounts });
      environment = {
        database,
        keyring,
        ca: mail.ca,
        wireLog: new WireLog(),
        now: () => new Date(),
        slice: SLICE,
      };
    });

    beforeEach(async () => {
      await mail.reset();
      await removeAccounts(database);
      tenant = await createTenant(database.sql, "Household");
    });

    afterAll(async () => {
      await removeAccounts(database);
      await mail.stop();
    });

    async function addAccount(user: string): Promise<string> {
      const incoming = { host: mail.host, port: mail.imap.tlsPort, security: "tls", user } as const;
      const address = `${user}@example.test`;
      const account = { name: user, address, colour: "#3366cc", kind: "imap", incoming } as const;
      return (await createAccount(tenant, keyring, account, { incoming: { password: PASSWORD } })).id;
    }

    /** A process that does one slice after the other, each when it is told to. */
    async function startWorker(accountId: string, holder: string) {
      const account = await findAccount(tenant, accountId);
      const lease = await claimLease(tenant, accountId, holder);
      if (account === undefined || lease === undefined) throw new Error("The account was not free");
      const client = await openAccountClient(environment, tenant, account);
      const { signal } = new AbortController();
      let left: readonly Folder[] | undefined;
      return {
        async slice() {
          left = await syncAccount({ environment, tenant, account, lease, client, signal }, left);
          return left.map(({ path }) => path);
        },
        close: async () => await client.client.close(),
      };
    }

    async function stored(accountId: string): Promise<Record<string, number>> {
      const folders = await listFolders(tenant, accountId);
      const counts = folders.map(
        async ({ id, path }) => [path, (await knownFlags(tenant, id)).size] as const,
      );
      return Object.fromEntries(await Promise.all(counts));
    }

    test("reads the inbox to its end, then of each other folder in turn, and ends each slice at its bound", async () => {
      const id = await addAccount("big");
      const worker = await startWorker(id, "one");
      const steps: [readonly string[], Record<string, number>][] = [];
      do steps.push([await worker.slice(), await stored(id)]);
      while (steps.at(-1)?.[0].length !== 0 && steps.length < 20);
      await worker.close();
      expect(steps.map(([, counts]) => counts)).toEqual([
        { INBOX: 4, Archive: 0, Notes: 0 },
        { INBOX: 8, Archive: 0, Notes: 0 },
        { INBOX: 10, Archive: 2, Notes: 0 },
        { INBOX: 10, Archive: 2, Notes: 4 },
        { INBOX: 10, Archive: 6, Notes: 4 },
        { INBOX: 10, Archive: 9, Notes: 5 },
        // There is nothing more, which only a look can tell.
        { INBOX: 10, Archive: 9, Notes: 5 },
      ]);
      // Each begins with the inbox.
      for (const [left] of steps.slice(0, -1)) expect(left[0]).toBe("INBOX");
      expect(await findAccount(tenant, id)).toMatchObject({ state: "live" });
    });

    test("shows what arrives in the inbox before the other folders are read", async () => {
      const id = await addAccount("big");
      const worker = await startWorker(id, "one");
      for (let slice = 0; slice < 3; slice += 1) await worker.slice();
      mail.store.deliver("big", letter("Meanwhile"));
      const left = await worker.slice();
      await worker.close();
      expect(left).toContain("Archive");
      expect(await stored(id)).toMatchObject({ INBOX: 11 });
      // The inbox was read to its end before, so this is news.
      const { rows } = await database.sql.execute(
        sql`select 1 from events where tenant_id = ${tenant.id} and type = 'message.added'`,
      );
      expect(rows).toHaveLength(1);
    });

    test("is gone on with by another process after a kill between slices, and nothing comes twice", async () => {
      const id = await addAccount("big");
      const killed = await startWorker(id, "killed");
      for (let slice = 0; slice < 3; slice += 1) await killed.slice();
      await database.sql.execute(sql`update leases set expires_at = now() - interval '1 s'`);
      const next = await startWorker(id, "next");
      await expect(killed.slice()).rejects.toThrow("holds the account");
      await killed.close();
      const atKill = await stored(id);
      expect(atKill).toEqual({ INBOX: 10, Archive: 2, Notes: 0 });
      await next.slice();
      // It goes on where the other was, and has read nothing else again.
      expect(await stored(id)).toEqual({ INBOX: 10, Archive: 6, Notes: 0 });
      while ((await next.slice()).length > 0);
      await next.close();
      expect(await stored(id)).toEqual(BIG);
      const counts = (await listFolders(tenant, id)).map(({ path, synced, total }) => [path, synced, total]);
      expect(counts).toEqual(Object.entries(BIG).map(([path, count]) => [path, count, count]));
    });

    test("leaves the next turn to an account that has just come", async () => {
      await using holder = new AccountHolder(environment, { pollMs: 600_000, firstSyncs: 1 });
      const [big, small] = [await addAccount("big"), await addAccount("small")];
      await holder.take({ tenantId: tenant.id, accountId: big });
      await holder.take({ tenantId: tenant.id, accountId: small });
      await until(async () => (await findAccount(tenant, big))?.state === "live");
      const { rows } = await database.sql.execute<{
        account: string;
        type: string;
        state: string | null;
      }>(sql`
        select account_id as account, type, data ->> 'state' as state from events
        where tenant_id = ${tenant.id} and type in ('sync.progress', 'account.state') order by id`);
      const smallIsLive = rows.findIndex(({ account, state }) => account === small && state === "live");
      const before = rows.slice(0, smallIsLive);
      expect(smallIsLive).toBeGreaterThan(0);
      // One slice of the big one at most, where it was the first in line: it has one batch of its inbox in it, and two things to tell.
      const ofBig = before.filter(({ account, type }) => account === big && type === "sync.progress");
      expect(ofBig.length).toBeLessThanOrEqual(1);
    });
  });
}

function letter(subject: string): string {
  return `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;
}
