import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/db/open-database.js";
import { startJobs } from "../../src/jobs/start-jobs.js";
import { WebClients } from "../../src/mail/web-clients.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { startProcess } from "../suites/cli/cli-process.js";
import { keyring } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";

const WORKERS = 4;
const ROUNDS = 5;
const TOKEN = "metrics-token-of-a-test";
const server = await startPostgresql();

afterAll(() => server?.stop());

describe.skipIf(server === undefined)("workers over one PostgreSQL", () => {
  test("any number may begin at once on an empty database", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const url = (await server?.createDatabase()) ?? "";
      await Promise.all(Array.from({ length: WORKERS }, () => work(url)));
    }
  });

  test("a worker tells at its port whether it lives and is ready, and its figures to who may read them", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const worker = startProcess(["worker"], {
      DATABASE_URL: url,
      MAILWRIGHT_KEY: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
      MAILWRIGHT_WORKER_PORT: "0",
      MAILWRIGHT_METRICS_TOKEN: TOKEN,
    });
    const line = await worker.line(/^It tells how it is at /);
    const origin = new URL(line.slice(line.indexOf("http"))).origin;
    const ask = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`${origin}${path}`, { headers });
      return { status: answer.status, text: await answer.text() };
    };
    const readiness = async () => {
      const { status, text } = await ask("/readyz");
      return { status, ...JSON.parse(text) };
    };
    const ready = { status: 200, ready: true, draining: false, database: true, migrations: true, lock: true };
    expect(await ask("/healthz")).toEqual({ status: 200, text: "ok" });
    expect(await readiness()).toEqual(ready);
    const { status, text } = await ask("/metrics", { authorization: `Bearer ${TOKEN}` });
    expect(status).toBe(200);
    for (const name of ["mailwright_jobs{", "mailwright_lease_lost_total 0", "mailwright_sends_total"])
      expect(text).toContain(name);
    expect((await ask("/metrics", { authorization: "Bearer another-token-of-a-test" })).status).toBe(404);
    // Nothing else is served there.
    expect((await ask("/api/v1/accounts")).status).toBe(404);

    await allowConnections(url, false);
    await until(async () => (await readiness()).status === 503, 20_000);
    expect(await readiness()).toMatchObject({ ready: false, database: false, draining: false });
    expect((await ask("/healthz")).status).toBe(200);
    await allowConnections(url, true);
    await until(async () => (await readiness()).status === 200, 20_000);
    expect(await worker.end("SIGTERM")).toBe(0);
  });
});

/** Begins as a worker does, and ends. */
async function work(url: string): Promise<void> {
  await using database = await openDatabase({ url });
  const environment = { database, keyring, wireLog: new WireLog(), now: () => new Date() };
  await using clients = new WebClients(environment);
  await using _jobs = await startJobs(environment, clients);
  const { rows } = await database.sql.execute(sql`select name from pgboss.queue where name = 'outbox.send'`);
  expect(rows).toHaveLength(1);
}

/** As when a database is away, or is there again. */
async function allowConnections(url: string, isAllowed: boolean): Promise<void> {
  const other = new URL(url);
  const name = other.pathname.slice(1);
  other.pathname = "/postgres";
  const client = new pg.Client({ connectionString: other.toString() });
  await client.connect();
  await client.query(`alter database ${name} allow_connections ${isAllowed}`);
  if (!isAllowed)
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await client.end();
}
