import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { AccountHolder } from "../../../src/mail/sync/account-holder.js";
import { lookAtAccount } from "../../../src/mail/sync/look-at-account.js";
import { SeenFolders } from "../../../src/mail/sync/seen-folders.js";
import { watchAccount } from "../../../src/mail/sync/watch-account.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount } from "../../../src/store/accounts.js";
import { listFolders } from "../../../src/store/folders.js";
import { claimLease } from "../../../src/store/leases.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { keyring, removeAccounts } from "../fixture.js";

const ada = { user: "ada", password: "countess-of-lovelace", address: "ada@example.test" };
const DAY_MS = 86_400_000;

/** An account of which only the mail of the last days is wanted, on every database. */
export function periodSuite(open: () => Database): void {
  describe("of an account with a period", () => {
    let mail: MailServers;
    let environment: MailEnvironment;
    let tenant: Tenant;
    let id: string;

    beforeAll(async () => {
      const database = open();
      mail = await startMailServers({ accounts: [{ ...ada, mailboxes: ["Archive"] }] });
      environment = { database, keyring, ca: mail.ca, wireLog: new WireLog(), now: () => new Date() };
      await removeAccounts(database);
      tenant = await createTenant(database.sql, "Household");
      for (const [index, age] of [400, 100, 80, 1].entries()) deliver(`${age} days`, age, index % 2 === 0);
      const incoming = { host: mail.host, port: mail.imap.tlsPort, security: "tls", user: ada.user } as const;
      const { address } = ada;
      const account = { name: "Ada", address, colour: "#3366cc", kind: "imap", incoming } as const;
      const wanted = { ...account, syncDays: 60 };
      ({ id } = await createAccount(tenant, keyring, wanted, { incoming: { password: ada.password } }));
      // The days count from when it was added, and do not go on with the clock.
      await database.sql.execute(
        sql`update accounts set created_at = now() - interval '30 days' where id = ${id}`,
      );
    });

    afterAll(async () => {
      await removeAccounts(open());
      await mail.stop();
    });

    function deliver(subject: string, ageDays: number, isArchived = false): void {
      mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHello.\r\n`, {
        mailbox: isArchived ? "Archive" : "INBOX",
        internalDate: new Date(Date.now() - ageDays * DAY_MS),
      });
    }

    async function subjects(): Promise<string[]> {
      const { rows } = await open().sql.execute<{ subject: string }>(
        sql`select subject from messages where account_id = ${id} order by subject`,
      );
      return rows.map(({ subject }) => subject);
    }

    test("older mail stays on the server and does not count; what is moved or comes later is here", async () => {
      await using holder = new AccountHolder(environment, { pollMs: 600_000 });
      await holder.take({ tenantId: tenant.id, accountId: id });
      await until(async () => (await findAccount(tenant, id))?.state === "live");
      expect(await subjects()).toEqual(["1 days", "80 days"]);
      const folders = await listFolders(tenant, id);
      expect(folders.map(({ path, synced, toSync }) => [path, synced, toSync])).toEqual([
        ["INBOX", 1, 1],
        ["Archive", 1, 1],
      ]);
      // Told by the watch, while the account is held.
      deliver("moved here", 300);
      deliver("new", 0);
      await until(async () => (await subjects()).length === 4);
      expect(await subjects()).toEqual(["1 days", "80 days", "moved here", "new"]);
    });

    test("a folder that its server numbers anew is read anew by a look and by the watch, and without older mail", async () => {
      await using pass = await openPass();
      const numbered = await numberAnew("Archive", 900);
      expect(await lookAtAccount(pass, await SeenFolders.read(pass))).toBe(true);
      expect(await numbered()).toBe(true);
      expect(await subjects()).toEqual(["1 days", "80 days", "moved here", "new"]);
      if (pass.client.kind !== "imap") throw new Error("The account is of IMAP");
      const again = await numberAnew("INBOX", 901);
      const watching = watchAccount(pass, pass.client.client, await SeenFolders.read(pass));
      await Promise.all([watching, until(again).finally(pass.stop)]);
      expect(await subjects()).toEqual(["1 days", "80 days", "new"]);
    });

    /** What looks at the account, and watches it, until it is stopped. */
    async function openPass() {
      const [account, lease] = [await findAccount(tenant, id), await claimLease(tenant, id, "looking")];
      if (account === undefined || lease === undefined) throw new Error("The account was not free");
      const client = await openAccountClient(environment, tenant, account);
      const stopping = new AbortController();
      const { signal } = stopping;
      const [stop, close] = [() => stopping.abort(), () => client.client.close()];
      return { environment, tenant, account, lease, client, signal, stop, [Symbol.asyncDispose]: close };
    }

    /** Gives a folder's messages other numbers on the server; answers with whether that was seen and they were read. */
    async function numberAnew(path: string, uidValidity: number): Promise<() => Promise<boolean>> {
      const read = async () => (await listFolders(tenant, id)).find((folder) => folder.path === path);
      const before = (await read())?.validity;
      mail.store.setUidValidity(ada.user, path, uidValidity);
      return async () => {
        const folder = await read();
        return folder?.validity !== before && folder?.synced === folder?.toSync;
      };
    }
  });
}
