import { afterAll, beforeAll, describe } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { accountSuite } from "../suites/account-suite.js";
import { apiSuite } from "../suites/api-suite.js";
import { eventSuite } from "../suites/event-suite.js";
import { jobsSuite } from "../suites/jobs-suite.js";
import { messageSuite } from "../suites/message-suite.js";
import { outboxSuite } from "../suites/outbox-suite.js";
import { returnSuite } from "../suites/return-suite.js";
import { searchSuite } from "../suites/search-suite.js";
import { sendingSuite } from "../suites/sending-suite.js";
import { startPostgresql } from "../suites/start-postgresql.js";
import { syncSuite } from "../suites/sync-suite.js";

const server = await startPostgresql();

afterAll(() => server?.stop());

describe.skipIf(server === undefined)("on PostgreSQL", () => {
  let database: Database;
  const open = (): Database => database;

  beforeAll(async () => {
    database = await openDatabase({ url: (await server?.createDatabase()) ?? "" });
  });

  afterAll(() => database?.close());

  // In the order of test/pglite.test.ts, which says why.
  for (const suite of [
    apiSuite,
    syncSuite,
    messageSuite,
    searchSuite,
    accountSuite,
    eventSuite,
    outboxSuite,
    sendingSuite,
    returnSuite,
    jobsSuite,
  ])
    suite(open);
});
