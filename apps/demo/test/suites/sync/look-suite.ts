import { until } from "@mailwright/suite";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { openAccountClient } from "../../../src/mail/account-client.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { AccountHolder } from "../../../src/mail/sync/account-holder.js";
import { lookAtAccount } from "../../../src/mail/sync/look-at-account.js";
import { SeenFolders } from "../../../src/mail/sync/seen-folders.js";
import { syncAccount } from "../../../src/mail/sync/sync-account.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { createAccount, findAccount, setAccountStatus, updateAccount } from "../../../src/store/accounts.js";
import { listFolders } from "../../../src/store/folders.js";
import {
  type AccountLease,
  claimLease,
  findFreeAccount,
  LeaseLostError,
  noteLooks,
  renewLeases,
} from "../../../src/store/leases.js";
import { listMessages } from "../../../src/store/messages/list-messages.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { createHousehold, keyring, removeAccounts } from "../fixture.js";

const ada = { user: "ada@example.test", password: "countess-of-lovelace" };
const KINDS = ["imap", "pop3"] as const;

/** What happens between two passes over an account, on every database. */
export function lookSuite(open: () => Database): void {
  describe("looks at accounts between two passes", () => {
    let mail: MailServers;
    let refused: string | undefined;
    let environment: MailEnvironment;
    let tenant: Tenant;

    beforeAll(async () => {
      mail = await start();
      environment = {
        database: open(),
        keyring,
        wireLog: new WireLog(),
        now: () => new Date(),
        leaseSeconds: 0.6,
      };
    });

    beforeEach(async () => {
      refused = undefined;
      await mail.reset();
      await removeAccounts(open());
      tenant = await createTenant(open().sql, "Household");
    });

    afterAll(() => mail.stop());

    const start = () =>
      startMailServers({
        accounts: [{ ...ada, address: ada.user, mailboxes: ["Archive"] }],
        imap: {
          answer: ({ name, arguments: text }) =>
            name === "EXAMINE" && refused !== undefined && text.includes(refused)
              ? "NO [NOPERM] No"
              : undefined,
        },
      });

    async function addAccount(kind: "imap" | "pop3", servers = mail) {
      const incoming = {
        host: servers.host,
        port: servers[kind].port,
        security: "none",
        user: ada.user,
      } as const;
      const account = { name: "Ada", address: ada.user, colour: "#3366cc", kind, incoming };
      return await createAccount(tenant, keyring, account, { incoming: { password: ada.password } });
    }

    /** An account after its first pass. */
    async function passOver(kind: "imap" | "pop3", servers = mail) {
      const { id } = await addAccount(kind, servers);
      const lease = await claimLease(tenant, id, "looking");
      const account = await findAccount(tenant, id);
      if (lease === undefined || account === undefined) throw new Error("The account was not free");
      const client = await openAccountClient(environment, tenant, account);
      const { signal } = new AbortController();
      const pass = { environment, tenant, account, lease, client, signal };
      await syncAccount(pass);
      const seen = await SeenFolders.read(pass);
      const close = () => client.client.close();
      return { look: () => lookAtAccount(pass, seen), [Symbol.asyncDispose]: close };
    }

    const arrive = (subject: string) =>
      mail.store.deliver(ada.user, `From: bob@example.test\r\nSubject: ${subject}\r\n\r\nHi.\r\n`);
    const subjects = async () =>
      (await listMessages(tenant, {}, { limit: 10 })).items.map(({ subject }) => subject).sort();
    const takeOver = () => open().sql.execute(sql`update leases set epoch = epoch + 1, holder = 'next'`);

    /** How often something asks the database meanwhile. */
    async function asked(task: () => Promise<unknown>): Promise<number> {
      let count = 0;
      const onAcquire = (): void => {
        count += 1;
      };
      open().pool.on("acquire", onAcquire);
      await task().finally(() => open().pool.off("acquire", onAcquire));
      return count;
    }

    describe.each(KINDS)("of %s", (kind) => {
      test("store what is new, and ask the database nothing where nothing is", async () => {
        await using account = await passOver(kind);
        expect(await asked(() => account.look())).toBe(0);
        arrive("Tea?");
        expect(await account.look()).toBe(true);
        expect(await subjects()).toEqual(["Tea?"]);
        expect(await asked(() => account.look())).toBe(0);
        mail.store.expunge(ada.user, "INBOX", [mail.store.messages(ada.user)[0]?.uid ?? 0]);
        expect(await account.look()).toBe(true);
        expect(await subjects()).toEqual([]);
      });

      test("fail where the server is away", async () => {
        const servers = await start();
        await using account = await passOver(kind, servers);
        await servers.stop();
        await expect(account.look()).rejects.toMatchObject({ code: "connection" });
      });

      test("store nothing of an account that another program has taken over", async () => {
        await using account = await passOver(kind);
        await takeOver();
        arrive("Tea?");
        await expect(account.look()).rejects.toThrow(LeaseLostError);
        expect(await subjects()).toEqual([]);
      });
    });

    test("are noted of accounts that are in order, by who holds them, and never an older one over a newer", async () => {
      const { tenant, account } = await createHousehold(open());
      const first = await claimLease(tenant, account.id, "one");
      if (first === undefined) throw new Error("The account was not free");
      const [passed, looked] = [new Date(1_000), new Date(2_000)];
      const noted = async (lease: AccountLease, at: Date) => {
        await noteLooks(open().sql, [{ lease, at }]);
        return (await findAccount(tenant, account.id))?.lastOkAt;
      };
      await setAccountStatus(tenant, account.id, { state: "retrying", lastOkAt: passed });
      expect(await noted(first, looked)).toEqual(passed);
      await setAccountStatus(tenant, account.id, { state: "live" });
      expect(await noted({ ...first, epoch: first.epoch - 1 }, looked)).toEqual(passed);
      expect(await noted({ ...first, holder: "two" }, looked)).toEqual(passed);
      expect(await noted(first, looked)).toEqual(looked);
      expect(await noted(first, passed)).toEqual(looked);
      expect(await renewLeases(open().sql, [first])).toEqual(new Map([[account.id, { isPaused: false }]]));
    });

    test("end where folders are others, or one may not be read: that is a pass's", async () => {
      await using account = await passOver("imap");
      refused = "Archive";
      mail.store.deliver(ada.user, "Subject: Old\r\n\r\nHi.\r\n", { mailbox: "Archive" });
      expect(await account.look()).toBe(false);
      refused = undefined;
      expect(await account.look()).toBe(true);
      mail.store.createMailbox(ada.user, "Plans");
      expect(await account.look()).toBe(false);
      mail.store.deleteMailbox(ada.user, "Plans");
      expect(await account.look()).toBe(true);
      mail.store.deleteMailbox(ada.user, "Archive");
      expect(await account.look()).toBe(false);
    });

    /** Holds an account until its first pass is over. */
    async function hold(kind: "imap" | "pop3", { servers = mail, pollMs = 30, random = Math.random } = {}) {
      const { id } = await addAccount(kind, servers);
      const holder = new AccountHolder(environment, { pollMs, random });
      await holder.take({ tenantId: tenant.id, accountId: id });
      const read = () => findAccount(tenant, id);
      const first = await until(async () => {
        const account = await read();
        return account?.state === "live" ? account : undefined;
      });
      return { holder, id, read, first, [Symbol.asyncDispose]: () => holder.stop() };
    }

    test.each(KINDS)("say in the row of an account of %s when it was read, without a pass", async (kind) => {
      // Many beats come before the looks end in a pass.
      await using held = await hold(kind, { pollMs: 250, random: () => 0.999 });
      const passedAt = async () => (await listFolders(tenant, held.id)).map(({ lastPassAt }) => lastPassAt);
      const before = await passedAt();
      const { lastOkAt } = held.first;
      const later = await until(async () => {
        const account = await held.read();
        return account?.lastOkAt?.getTime() === lastOkAt?.getTime() ? undefined : account;
      });
      expect(later.lastOkAt?.getTime()).toBeGreaterThan(lastOkAt?.getTime() ?? 0);
      expect(await passedAt()).toEqual(before);
    });

    test("that fail say so in the row of the account, and let it go", async () => {
      const servers = await start();
      try {
        await using held = await hold("imap", { servers });
        await servers.stop();
        const failed = await until(async () => {
          const account = await held.read();
          return account?.state === "retrying" ? account : undefined;
        });
        expect(failed.lastError).toMatchObject({ code: "connection" });
        // The wait is of any length up to its bound, and may be over by now.
        expect(failed.nextTryAt?.getTime()).toBeGreaterThanOrEqual(Date.parse(failed.lastError?.at ?? ""));
        await until(() => held.holder.size === 0);
      } finally {
        await servers.stop();
      }
    });

    test("give an account up that got another login, which the next holder has", async () => {
      await using held = await hold("imap", { pollMs: 600_000 });
      await updateAccount(tenant, keyring, held.id, { secret: { incoming: { password: "battery-staple" } } });
      arrive("Tea?");
      await until(() => held.holder.size === 0);
      expect(await subjects()).toEqual([]);
      expect(await held.read()).toMatchObject({ state: "new" });
      await held.holder.take({ tenantId: tenant.id, accountId: held.id });
      await until(async () => (await held.read())?.state === "needs-login");
    });

    test("give an account up that was paused, also where nobody told its holder", async () => {
      await using held = await hold("imap", { pollMs: 600_000 });
      await setAccountStatus(tenant, held.id, { state: "paused" });
      await until(() => held.holder.size === 0);
      expect(await held.read()).toMatchObject({ state: "paused" });
      await setAccountStatus(tenant, held.id, { state: "live" });
      expect(await findFreeAccount(open().sql, held.id)).toBeDefined();
    });
  });
}
