import { randomUUID } from "node:crypto";
import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { createApp } from "../../../src/server/create-app.js";
import { createAccount } from "../../../src/store/accounts.js";
import { removeOldRates } from "../../../src/store/request-rates.js";
import { createTenant } from "../../../src/store/tenant.js";
import { keyring, within } from "../fixture.js";
import { API, type ApiFixture } from "./api-fixture.js";
import { EventReader } from "./event-reader.js";

const CALLS = 600;
const MAX_ACCOUNTS = 50;
const MAX_STREAMS = 20;
const MB = 1024 * 1024;

/** How much one caller may ask for. */
export function limitSuite(open: () => Database, api: () => ApiFixture): void {
  describe("limits", () => {
    test("a key may make 600 requests a minute, over all programs on one PostgreSQL together", async (context) => {
      // On PGlite there is one program, and what it counts with is the library's own.
      if (open().kind === "pglite") context.skip();
      const tenant = await createTenant(open().sql, "Busy");
      const [key, other] = [await api().key(tenant, ["read"]), await api().key(tenant, ["read"])];
      const call = async (by = key) => await api().call(`${API}/templates`, { key: by });
      expect((await call()).status).toBe(200);
      // As if it had made all but one of the others too, at another process.
      const { rows } = await open().sql.execute(sql`
        update request_rates set points = ${CALLS - 1}
        where key = (select 'calls:key ' || id from api_keys where prefix = ${key.split("_")[1]}) returning key`);
      expect(rows).toHaveLength(1);
      api().restart();
      expect((await call()).status).toBe(200);
      const stopped = await call();
      expect(stopped.status).toBe(429);
      expect(Number(stopped.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await stopped.json()).toMatchObject({ code: "rate-limit", retryable: true });
      expect((await call(other)).status).toBe(200);
      const count = async () =>
        (await open().sql.execute(sql`select 1 from request_rates where key like 'calls:%'`)).rows.length;
      await removeOldRates(open().sql, new Date());
      expect(await count()).toBeGreaterThan(0);
      await removeOldRates(open().sql, new Date(Date.now() + 120_000));
      expect(await count()).toBe(0);
    });

    test("logins, trials of accounts and images are counted over all programs on one PostgreSQL too", async (context) => {
      if (open().kind === "pglite") context.skip();
      const tenant = await createTenant(open().sql, "Curious");
      const authorization = `Bearer ${await api().key(tenant, ["read", "write", "admin"])}`;
      const apps = [createApp(api().services()), createApp(api().services())] as const;
      const body = JSON.stringify({ email: "curious@example.test", password: "a-guess" });
      const post = { method: "POST", headers: { "content-type": "application/json" }, body };
      const mine = { ...post, headers: { ...post.headers, authorization } };
      const id = randomUUID();
      const calls = [
        { path: `${API}/session`, init: post, first: 401, limit: 10 },
        { path: `${API}/accounts/test`, init: mine, first: 422, limit: 10 },
        { path: `${API}/accounts/${id}/check`, init: mine, first: 404, limit: 10 },
        { path: `${API}/webhooks/${id}/test`, init: mine, first: 404, limit: 10 },
        { path: "/proxy?u=x&sig=y", init: { headers: {} }, first: 403, limit: 600 },
      ] as const;
      for (const { path, init, first, limit } of calls) {
        // By turns; what one program stops, the other must stop as well.
        const ask = async (turn: number) => {
          const headers = new Headers(init.headers);
          headers.set("host", "localhost");
          return await apps[turn % 2]?.request(`http://localhost${path}`, { ...init, headers });
        };
        const answers: (number | undefined)[] = [];
        for (let turn = 0; turn < limit + 2; turn += 1) answers.push((await ask(turn))?.status);
        expect([path, ...answers]).toEqual([path, ...Array.from({ length: limit }, () => first), 429, 429]);
      }
      const { rows } = await open().sql.execute<{ key: string }>(sql`select key from request_rates`);
      expect(JSON.stringify(rows)).not.toContain("curious");
      await open().sql.execute(sql`delete from request_rates`);
    });

    test("a household has 50 accounts at most", async () => {
      const tenant = await createTenant(open().sql, "Large");
      const account = (name: string) => ({
        name,
        address: `${name}@example.test`,
        colour: "#3366cc",
        kind: "pop3" as const,
        incoming: { host: "mail.example.test", port: 995, security: "tls" as const, user: name },
      });
      await inTransaction(open(), async (tx) => {
        const own = within(tenant, tx);
        for (let made = 0; made < MAX_ACCOUNTS; made += 1)
          await createAccount(own, keyring, account(`a${made}`), { incoming: { password: "x" } });
        // Nobody shall hold them meanwhile.
        await tx.execute(sql`update accounts set state = 'paused' where tenant_id = ${tenant.id}`);
      });
      const key = await api().key(tenant, ["read", "write"]);
      const body = { ...account("more"), secret: { incoming: { password: "x" } } };
      const refused = await api().json(`${API}/accounts`, { method: "POST", key, body });
      expect(refused).toMatchObject({ status: 409, body: { code: "account-limit" } });
    });

    test("a caller has 20 streams of events at most, and another one when one has ended", async () => {
      const key = await api().key(api().tenant, ["read"]);
      const listen = () => api().call(`${API}/events`, { key });
      const readers: EventReader[] = [];
      for (let turn = 0; turn < MAX_STREAMS; turn += 1) readers.push(await EventReader.open(await listen()));
      const refused = await listen();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      await readers[0]?.close();
      const again = await until(async () => {
        const answer = await listen();
        return answer.status === 200 ? answer : undefined;
      });
      for (const reader of [...readers.slice(1), await EventReader.open(again)]) await reader.close();
    });

    test("a message has 30 MB at most, any other request 1 MB", async () => {
      const send = async (size: number, path = "outbox") =>
        await api().json(`${API}/${path}`, {
          method: "POST",
          headers: { "idempotency-key": "large" },
          body: JSON.stringify({ text: "x".repeat(size) }),
        });
      expect(await send(30 * MB)).toMatchObject({ status: 413, body: { code: "too-large" } });
      // Read, and refused for what it says.
      expect((await send(2 * MB)).status).toBe(422);
      expect(await send(MB, "templates")).toMatchObject({ status: 413, body: { code: "too-large" } });
    });
  });
}
