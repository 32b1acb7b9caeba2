import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { createClient } from "../../../src/mail/account-client.js";
import { listOnServer } from "../../../src/mail/list-folders.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { createApp } from "../../../src/server/create-app.js";
import { MailFigures } from "../../../src/server/figures/mail-figures.js";
import { statusSchema } from "../../../src/server/schemas/status-schema.js";
import type { Account } from "../../../src/store/accounts.js";
import type { Scope } from "../../../src/store/api-keys.js";
import { createTenant, type Tenant } from "../../../src/store/tenant.js";
import { API, type ApiFixture, ada } from "./api-fixture.js";

const TOKEN = "metrics-token-of-a-test";

/** What is told to who watches over the program. */
export function operationsSuite(api: () => ApiFixture): void {
  describe("operations", () => {
    test("it lives and is ready, whatever name it is asked by; while it ends it lives and is not ready", async () => {
      const headers = { host: "10.0.0.7:8025" };
      const app = createApp(api().services());
      expect((await app.request("http://localhost/healthz", { headers })).status).toBe(200);
      const ready = await app.request("http://localhost/readyz", { headers });
      expect({ status: ready.status, body: await ready.json() }).toEqual({
        status: 200,
        body: { ready: true, draining: false, database: true, migrations: true, lock: true },
      });
      const ending = createApp({ ...api().services(), stopping: AbortSignal.abort() });
      expect((await ending.request("http://localhost/healthz")).status).toBe(200);
      const draining = await ending.request("http://localhost/readyz");
      expect({ status: draining.status, body: await draining.json() }).toMatchObject({
        status: 503,
        body: { ready: false, draining: true, database: true },
      });
    });

    test("without its tables it is not ready", async () => {
      const { environment } = api().services();
      const database = { ...environment.database, expectedMigrations: 1_000 };
      const app = createApp({ ...api().services(), environment: { ...environment, database } });
      const answer = await app.request("http://localhost/readyz");
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 503,
        body: { migrations: false, database: true },
      });
    });

    test("without its database, or with its folder lost to another, it lives and is not ready", async () => {
      const { environment } = api().services();
      const pool = new pg.Pool({ connectionString: "postgresql://127.0.0.1:1/none" });
      const ready = { draining: false, database: true, migrations: true, lock: true };
      for (const [fault, told] of [
        [{ sql: drizzle(pool) }, { database: false, migrations: false }],
        [{ isLockHeld: async () => false }, { lock: false }],
      ] as const) {
        const database = { ...environment.database, ...fault };
        const app = createApp({ ...api().services(), environment: { ...environment, database } });
        expect((await app.request("http://localhost/healthz")).status).toBe(200);
        const answer = await app.request("http://localhost/readyz");
        expect({ status: answer.status, body: await answer.json() }).toEqual({
          status: 503,
          body: { ready: false, ...ready, ...told },
        });
      }
      await pool.end();
    });

    test("figures are for who has the token, count what clients do, and name nobody", async () => {
      using figures = new MailFigures();
      const app = createApp({ ...api().services(), figures, metricsToken: TOKEN });
      const { environment } = api().services();
      await logIn(environment, api().account, ada.password);
      await expect(logIn(environment, api().account, "battery-staple")).rejects.toThrow();
      const read = async (headers: Readonly<Record<string, string>>) =>
        await app.request("http://localhost/metrics", { headers });
      expect((await read({})).status).toBe(404);
      expect((await read({ authorization: "Bearer another-token-of-a-test" })).status).toBe(404);
      const text = await (await read({ authorization: `Bearer ${TOKEN}` })).text();
      for (const name of [
        'mailwright_connections{protocol="imap",state="open"} 0',
        "mailwright_command_seconds_bucket",
        "mailwright_pool_wait_seconds_count",
        "mailwright_retries_total",
        "mailwright_sends_total",
        "mailwright_jobs",
        "mailwright_outbox_unknown 0",
        "mailwright_sync_lag_seconds",
        "mailwright_lease_lost_total",
      ])
        expect(text).toContain(name);
      expect(text).toMatch(/mailwright_connections\{protocol="imap",state="failed"\} [1-9]/);
      expect(text).not.toMatch(/ada|example\.test|127\.0\.0\.1|localhost|battery/);
    });

    test("the status tells a tenant of its own connections, latencies, errors and leases, and owners of processes", async () => {
      using figures = new MailFigures();
      const { environment } = api().services();
      const app = createApp({ ...api().services(), figures });
      const { id } = api().account;
      await logIn(environment, api().account, ada.password);
      const status = async (tenant: Tenant, scopes: readonly Scope[]) => {
        const authorization = `Bearer ${await api().key(tenant, scopes)}`;
        const headers = { host: "localhost", authorization };
        const answer = await app.request(`http://localhost${API}/status`, { headers });
        return { status: answer.status, body: statusSchema.parse(await answer.json()) };
      };
      const { body } = await status(api().tenant, ["read"]);
      expect(body.pools).toContainEqual(
        expect.objectContaining({ accountId: id, protocol: "imap", learnedCap: null }),
      );
      expect(body.pools[0]?.opened).toBeGreaterThan(0);
      const [imap] = body.latencies;
      expect(imap?.slices[0]?.count).toBeGreaterThan(0);
      expect(imap?.slices[0]?.p95Ms).toBeGreaterThanOrEqual(imap?.slices[0]?.p50Ms ?? 0);
      expect(body.leases.map(({ accountId }) => accountId)).toContain(id);
      expect(body.workers).toBeUndefined();
      const { body: owners } = await status(api().tenant, ["read", "admin"]);
      expect(owners.workers).toBeInstanceOf(Array);

      const others = await createTenant(environment.database.sql, "Others");
      const { body: theirs } = await status(others, ["read"]);
      const nothing = { accounts: [], pools: [], latencies: [], errors: [], leases: [] };
      expect(theirs).toMatchObject({ ...nothing, outbox: { states: {}, lastDay: {}, retries: 0 } });
      expect((await api().call(`${API}/status`)).status).toBe(401);
    });
  });
}

/** Logs in as a sync does, and out again. */
async function logIn(environment: MailEnvironment, account: Account, password: string): Promise<void> {
  const opened = createClient(environment, account, { incoming: { password } });
  try {
    await listOnServer(opened, new AbortController().signal);
  } finally {
    await opened.client.close({ graceMs: 1_000 });
  }
}
