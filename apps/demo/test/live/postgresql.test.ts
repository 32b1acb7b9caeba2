import { afterAll, beforeAll, describe } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { apiSuite } from "../suites/api/api-suite.js";
import { cliProcessSuite } from "../suites/cli/cli-process-suite.js";
import { jobsSuite } from "../suites/jobs/jobs-suite.js";
import { listSuite } from "../suites/messages/list-suite.js";
import { messageSuite } from "../suites/messages/message-suite.js";
import { searchSuite } from "../suites/messages/search-suite.js";
import { waitingSuite } from "../suites/messages/waiting-suite.js";
import { claimSuite } from "../suites/outbox/claim-suite.js";
import { countedSendsSuite } from "../suites/outbox/counted-sends-suite.js";
import { outboxSuite } from "../suites/outbox/outbox-suite.js";
import { rateSuite } from "../suites/outbox/rate-suite.js";
import { returnSuite } from "../suites/outbox/return-suite.js";
import { sendingSuite } from "../suites/outbox/sending-suite.js";
import { startPostgresql } from "../suites/start-postgresql.js";
import { accountSuite } from "../suites/store/account-suite.js";
import { eventSuite } from "../suites/store/event-suite.js";
import { lookSuite } from "../suites/sync/look-suite.js";
import { periodSuite } from "../suites/sync/period-suite.js";
import { sliceSuite } from "../suites/sync/slice-suite.js";
import { syncSuite } from "../suites/sync/sync-suite.js";
import { webhookPostSuite } from "../suites/webhooks/webhook-post-suite.js";
import { webhookSuite } from "../suites/webhooks/webhook-suite.js";

const server = await startPostgresql();

afterAll(() => server?.stop());

describe.skipIf(server === undefined)("on PostgreSQL", () => {
  let database: Database;
  const open = (): Database => database;
  let alone = "";

  beforeAll(async () => {
    database = await openDatabase({ url: (await server?.createDatabase()) ?? "" });
    alone = (await server?.createDatabase()) ?? "";
  });

  afterAll(() => database?.close());

  // In the order of test/pglite.test.ts, which says why.
  for (const suite of [
    apiSuite,
    syncSuite,
    sliceSuite,
    periodSuite,
    waitingSuite,
    lookSuite,
    messageSuite,
    listSuite,
    searchSuite,
    accountSuite,
    eventSuite,
    outboxSuite,
    claimSuite,
    countedSendsSuite,
    sendingSuite,
    returnSuite,
    jobsSuite,
    webhookSuite,
    webhookPostSuite,
    rateSuite,
  ])
    suite(open);
  cliProcessSuite(() => ({ DATABASE_URL: alone }));
});
