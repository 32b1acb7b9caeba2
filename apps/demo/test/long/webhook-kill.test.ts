import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { endWebhookClaims } from "../../src/store/webhooks/claims.js";
import { listDeliveries } from "../../src/store/webhooks/deliveries.js";
import { startPostgresql } from "../suites/start-postgresql.js";
import { WebhookFixture } from "../suites/webhooks/webhook-fixture.js";

const WORKER = fileURLToPath(new URL("./webhook-worker.mjs", import.meta.url));
const EVENTS = 6;
const server = await startPostgresql();

describe.skipIf(server === undefined)("a worker that is killed while it tells a webhook", () => {
  let url: string;
  let database: Database;

  beforeAll(async () => {
    url = (await server?.createDatabase()) ?? "";
    database = await openDatabase({ url });
  });

  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });

  test.each([1, 2, 3, 4, 5, 6])(
    "leaves an event that was taken to be told again, and none untold (killed at the post of event %i)",
    async (at) => {
      const hooks = await WebhookFixture.start(database);
      const { id } = await hooks.add();
      await hooks.happen(...Array(EVENTS).fill("send.sent"));
      let worker: ChildProcess | undefined;
      let posts = 0;
      hooks.receiver.answer = () => {
        posts += 1;
        // It has the event by now; that nobody will know.
        if (posts === at) worker?.kill("SIGKILL");
        return 200;
      };
      const environment = { DATABASE_URL: url, WEBHOOK: id, TENANT: hooks.home.tenant.id };
      worker = spawn(process.execPath, [WORKER], {
        env: { PATH: process.env["PATH"] ?? "", ...environment },
        stdio: "inherit",
      });
      const [code, signal] = await once(worker, "exit");
      expect([code, signal]).toEqual([null, "SIGKILL"]);
      // Its claim still stands: nobody tells anything beside it.
      await hooks.run(id);
      expect(posts).toBe(at);
      await endWebhookClaims(database.sql);
      await hooks.run(id);
      const told = hooks.receiver.received.map((post) => post.id);
      expect(told).toHaveLength(EVENTS + 1);
      expect(told[at]).toBe(told[at - 1]);
      expect([...new Set(told)]).toHaveLength(EVENTS);
      expect([...told].sort(byNumber)).toEqual(told);
      expect(await listDeliveries(hooks.home.tenant, id, 100)).toHaveLength(EVENTS);
      const { rows } = await database.sql.execute(sql`select 1 from webhooks where failures > 0`);
      expect(rows).toEqual([]);
      await hooks.receiver.stop();
    },
  );
});

function byNumber(one: string, other: string): number {
  return Number(one.slice("evt_".length)) - Number(other.slice("evt_".length));
}
