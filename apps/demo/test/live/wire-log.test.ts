import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { answerWireLogRequests, gatherWireLog } from "../../src/mail/gather-wire-log.js";
import { WireLog } from "../../src/mail/wire-log.js";
import { removeOldWireLogs } from "../../src/store/wire-logs.js";
import { beatWorker, removeWorker } from "../../src/store/workers.js";
import { createHousehold } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";

const server = await startPostgresql();

/** What serves people, and what holds accounts: processes apart over one database. */
interface Process {
  readonly database: Database;
  readonly wireLog: WireLog;
}

let serve: Process;
let worker: Process;

beforeAll(async () => {
  if (server === undefined) return;
  const url = await server.createDatabase();
  serve = { database: await openDatabase({ url }), wireLog: new WireLog() };
  worker = { database: await openDatabase({ url }), wireLog: new WireLog() };
  for (const one of [serve, worker]) await beat(one);
});

afterAll(async () => {
  await serve?.database.close();
  await worker?.database.close();
  await server?.stop();
});

async function beat({ database, wireLog }: Process): Promise<void> {
  const row = { id: wireLog.processId, kind: "worker", host: "here", pid: 1, version: "1" } as const;
  await beatWorker(database.sql, row, 0);
}

function say({ wireLog }: Process, accountId: string, text: string): void {
  wireLog.add(accountId, { connectionId: "imap#1", direction: "client", text });
}

describe.skipIf(server === undefined)("the conversation with a server, asked for where it is not had", () => {
  test("is that of all processes, the newest lines last", async () => {
    const { tenant, account } = await createHousehold(serve.database);
    using _worker = answerWireLogRequests(worker);
    using _serve = answerWireLogRequests(serve);
    say(worker, account.id, "A1 LOGIN");
    await new Promise((resolve) => setTimeout(resolve, 2));
    say(serve, account.id, "A2 SELECT");
    const texts = async () => (await gatherWireLog(serve, tenant, account.id)).map(({ text }) => text);
    expect(await texts()).toEqual(["A1 LOGIN", "A2 SELECT"]);
    // What was told the last time is not told again.
    await new Promise((resolve) => setTimeout(resolve, 2));
    say(worker, account.id, "A3 LOGOUT");
    expect(await texts()).toEqual(["A1 LOGIN", "A2 SELECT", "A3 LOGOUT"]);
  });

  test("is nobody else's", async () => {
    const { account } = await createHousehold(serve.database);
    const { tenant: stranger } = await createHousehold(serve.database);
    using _worker = answerWireLogRequests(worker);
    say(worker, account.id, "A1 LOGIN");
    expect(await gatherWireLog({ ...serve, wireLog: new WireLog() }, stranger, account.id)).toEqual([]);
  });

  test("comes without the lines of a process that stands still, and without old ones of one that has ended", async () => {
    const { tenant, account } = await createHousehold(serve.database);
    say(worker, account.id, "A1 LOGIN");
    say(serve, account.id, "A2 SELECT");
    {
      using _worker = answerWireLogRequests(worker);
      expect(await gatherWireLog(serve, tenant, account.id)).toHaveLength(2);
    }
    expect(await gatherWireLog(serve, tenant, account.id)).toMatchObject([{ text: "A2 SELECT" }]);
    await removeWorker(worker.database.sql, worker.wireLog.processId);
    expect(await gatherWireLog(serve, tenant, account.id)).toMatchObject([{ text: "A2 SELECT" }]);
    await beat(worker);
  });

  test("is not kept for long", async () => {
    const { tenant, account } = await createHousehold(serve.database);
    using _worker = answerWireLogRequests(worker);
    say(worker, account.id, "A1 LOGIN");
    await gatherWireLog(serve, tenant, account.id);
    const count = async () => {
      const { rows } = await serve.database.pool.query(
        "select count(*)::int as kept from wire_logs where account_id = $1",
        [account.id],
      );
      return rows[0]?.kept;
    };
    await removeOldWireLogs(serve.database.sql, new Date(Date.now() - 60_000));
    expect(await count()).toBe(1);
    await removeOldWireLogs(serve.database.sql, new Date(Date.now() + 60_000));
    expect(await count()).toBe(0);
  });
});
