import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import {
  deleteAccount,
  findAccount,
  listAccounts,
  readAccountSecret,
  setAccountStatus,
  updateAccount,
} from "../../../src/store/accounts.js";
import { createApiKey, findApiKey, listApiKeys, revokeApiKey } from "../../../src/store/api-keys.js";
import { createKeyring, SealBrokenError } from "../../../src/store/envelope.js";
import {
  claimLease,
  LeaseLostError,
  listFreeAccounts,
  releaseLease,
  renewLeases,
  requireLease,
} from "../../../src/store/leases.js";
import { rotateKeys } from "../../../src/store/rotate-keys.js";
import {
  createSession,
  csrfTokenOf,
  endSession,
  findSession,
  hashToken,
  removeOldSessions,
} from "../../../src/store/sessions.js";
import { authenticateUser, createUser, hasUsers } from "../../../src/store/users.js";
import { createWebhook, readWebhookSecret } from "../../../src/store/webhooks/webhooks.js";
import { createHousehold, keyring, PASSWORD_COST, within } from "../fixture.js";

const DAY_MS = 86_400_000;

/** What accounts, leases, sessions and keys must hold to on every database. */
export function accountSuite(open: () => Database): void {
  describe("accounts", () => {
    test("a password comes back with the key it was sealed with, and lies nowhere in the row", async () => {
      const { tenant, account } = await createHousehold(open());
      expect(await readAccountSecret(tenant, keyring, account.id)).toEqual({
        incoming: { password: "correct-horse" },
      });
      const { rows } = await open().sql.execute(
        sql`select accounts::text as row from accounts where id = ${account.id}`,
      );
      expect(JSON.stringify(rows)).not.toContain("correct-horse");
      expect(JSON.stringify(rows)).not.toContain(Buffer.from("correct-horse").toString("hex"));
      expect(JSON.stringify(await findAccount(tenant, account.id))).not.toMatch(/secret|keyId/);
    });

    test("a sealed password that is put into another account does not open", async () => {
      const [one, two] = [await createHousehold(open()), await createHousehold(open())];
      await open().sql.execute(sql`
        update accounts set secret = (select secret from accounts where id = ${one.account.id})
        where id = ${two.account.id}`);
      await expect(readAccountSecret(two.tenant, keyring, two.account.id)).rejects.toThrow(SealBrokenError);
    });

    test("after the rotation the new key alone opens everything", async () => {
      const { tenant, account } = await createHousehold(open());
      const fresh = { id: "k2", key: Buffer.alloc(32, 9) };
      const old = { id: "k1", key: Buffer.alloc(32, 7) };
      const webhook = await createWebhook(tenant, keyring, {
        url: "https://example.test/",
        events: [],
        accountId: null,
        includesText: false,
      });
      const { broken } = await rotateKeys(open().sql, createKeyring([fresh, old]));
      expect(broken).not.toContain(account.id);
      expect(await rotateKeys(open().sql, createKeyring([fresh, old]))).toEqual({
        rotated: 0,
        broken,
      });
      const secret = await readAccountSecret(tenant, createKeyring([fresh]), account.id);
      expect(secret).toEqual({ incoming: { password: "correct-horse" } });
      expect(await readWebhookSecret(tenant, createKeyring([fresh]), webhook.id)).toBe(webhook.secret);
      await expect(readAccountSecret(tenant, keyring, account.id)).rejects.toThrow(/k2/);
      await rotateKeys(open().sql, createKeyring([old, fresh]));
    });

    test("a new login is tried at once; another tenant's account is not there", async () => {
      const [home, other] = [await createHousehold(open()), await createHousehold(open())];
      const at = new Date().toISOString();
      const lastError = {
        code: "authentication",
        message: "wrong password",
        server: "NO [AUTHENTICATIONFAILED]",
        at,
      };
      await setAccountStatus(home.tenant, home.account.id, { state: "needs-login", lastError });
      expect(await findAccount(home.tenant, home.account.id)).toMatchObject({
        state: "needs-login",
        lastError,
      });
      const changes = { secret: { incoming: { password: "battery-staple" } } };
      expect(await updateAccount(other.tenant, keyring, home.account.id, changes)).toBeUndefined();
      expect(await deleteAccount(other.tenant, home.account.id)).toBe(false);
      expect(await findAccount(other.tenant, home.account.id)).toBeUndefined();
      const account = await updateAccount(home.tenant, keyring, home.account.id, changes);
      expect(account).toMatchObject({ state: "new", lastError: null });
      expect(await deleteAccount(home.tenant, home.account.id)).toBe(true);
      expect(await listAccounts(home.tenant)).toEqual([]);
    });
  });

  describe("leases", () => {
    test("one holder at a time; who takes over has a higher epoch, and the last one can write no more", async () => {
      const { tenant, account } = await createHousehold(open());
      const first = await claimLease(tenant, account.id, "one");
      if (first === undefined) throw new Error("The account was not free");
      expect(await claimLease(tenant, account.id, "two")).toBeUndefined();
      expect(await claimLease(tenant, account.id, "one")).toBeUndefined();
      expect(await renewLeases(open().sql, [first])).toEqual(new Map([[account.id, { isPaused: false }]]));
      const held = (await listFreeAccounts(open().sql)).map(({ accountId }) => accountId);
      expect(held).not.toContain(account.id);
      await open().sql.execute(
        sql`update leases set expires_at = now() - interval '1 s' where account_id = ${account.id}`,
      );
      const free = (await listFreeAccounts(open().sql)).map(({ accountId }) => accountId);
      expect(free).toContain(account.id);
      const second = await claimLease(tenant, account.id, "two");
      expect(second?.epoch).toBeGreaterThan(first.epoch);
      expect(await renewLeases(open().sql, [first])).toEqual(new Map());
      const stale = inTransaction(open(), (tx) => requireLease(within(tenant, tx), first));
      await expect(stale).rejects.toThrow(LeaseLostError);
      await releaseLease(tenant, first);
      expect(await claimLease(tenant, account.id, "three")).toBeUndefined();
      if (second !== undefined) await releaseLease(tenant, second);
      expect((await claimLease(tenant, account.id, "three"))?.epoch).toBeGreaterThan(second?.epoch ?? 0);
    });

    test("an account that was given back stays free, whatever renewal was under way", async () => {
      const { tenant, account } = await createHousehold(open());
      const lease = await claimLease(tenant, account.id, "one");
      if (lease === undefined) throw new Error("The account was not free");
      await releaseLease(tenant, lease);
      expect(await renewLeases(open().sql, [lease])).toEqual(new Map());
      expect(await claimLease(tenant, account.id, "two")).toBeDefined();
    });

    test("who waits for a later try, or for a person, is not free", async () => {
      const { tenant, account } = await createHousehold(open());
      const isFree = async () =>
        (await listFreeAccounts(open().sql)).some(({ accountId }) => accountId === account.id);
      expect(await isFree()).toBe(true);
      await setAccountStatus(tenant, account.id, { state: "needs-login" });
      expect(await isFree()).toBe(false);
      await setAccountStatus(tenant, account.id, {
        state: "retrying",
        nextTryAt: new Date(Date.now() + DAY_MS),
      });
      expect(await isFree()).toBe(false);
      await setAccountStatus(tenant, account.id, {
        state: "retrying",
        nextTryAt: new Date(Date.now() - DAY_MS),
      });
      expect(await isFree()).toBe(true);
    });
  });

  describe("people and keys", () => {
    test("a session is over when it was idle for a week, is a month old, or was ended", async () => {
      const { tenant } = await createHousehold(open());
      const email = `${tenant.id}@example.test`;
      const person = { email, password: "correct-horse", role: "owner" } as const;
      const user = await createUser(tenant, person, PASSWORD_COST);
      expect(await hasUsers(open().sql)).toBe(true);
      expect(await authenticateUser(open().sql, email.toUpperCase(), "correct-horse")).toEqual(user);
      expect(await authenticateUser(open().sql, email, "battery-staple")).toBeUndefined();
      expect(await authenticateUser(open().sql, "nobody@example.test", "correct-horse")).toBeUndefined();
      const now = new Date();
      const later = (days: number) => new Date(now.getTime() + days * DAY_MS);
      const { token, id } = await createSession(open().sql, user, "Browser", now);
      expect((await findSession(open().sql, token, later(6)))?.user).toEqual(user);
      expect(await findSession(open().sql, token, later(14))).toBeUndefined();
      expect((await findSession(open().sql, token, later(12)))?.id).toBe(id);
      for (const day of [18, 24]) await findSession(open().sql, token, later(day));
      expect(await findSession(open().sql, token, later(30.1))).toBeUndefined();
      expect(await findSession(open().sql, `${token.slice(1)}x`, now)).toBeUndefined();
      expect((await findSession(open().sql, token, now))?.csrfHash).toEqual(hashToken(csrfTokenOf(token)));
      await endSession(open().sql, id);
      expect(await findSession(open().sql, token, now)).toBeUndefined();
      await createSession(open().sql, user, "Browser", later(-40));
      await removeOldSessions(open().sql, now);
    });

    test("a key is found by its text only, until it is over or revoked", async () => {
      const { tenant } = await createHousehold(open());
      const other = await createHousehold(open());
      const now = new Date();
      const expiresAt = new Date(now.getTime() + DAY_MS);
      const key = await createApiKey(tenant, { name: "script", scopes: ["read"], expiresAt });
      expect(key.key).toMatch(/^mw_[0-9a-f]{12}_[\w-]{43}$/);
      expect(await findApiKey(open().sql, key.key, now)).toMatchObject({
        tenantId: tenant.id,
        scopes: ["read"],
      });
      expect(await findApiKey(open().sql, `${key.key.slice(0, -4)}AAAA`, now)).toBeUndefined();
      expect(await findApiKey(open().sql, "mw_", now)).toBeUndefined();
      expect(await findApiKey(open().sql, key.key, new Date(now.getTime() + 2 * DAY_MS))).toBeUndefined();
      expect(JSON.stringify(await listApiKeys(tenant))).not.toContain(key.key.slice(16));
      expect(await revokeApiKey(other.tenant, key.id, now)).toBe(false);
      expect(await revokeApiKey(tenant, key.id, now)).toBe(true);
      expect(await findApiKey(open().sql, key.key, now)).toBeUndefined();
    });
  });
}
