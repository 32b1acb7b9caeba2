import { afterAll, beforeAll } from "vitest";
import { type Database, openDatabase } from "../src/db/open-database.js";
import { apiSuite } from "./suites/api/api-suite.js";
import { jobsSuite } from "./suites/jobs/jobs-suite.js";
import { listSuite } from "./suites/messages/list-suite.js";
import { messageSuite } from "./suites/messages/message-suite.js";
import { searchSuite } from "./suites/messages/search-suite.js";
import { waitingSuite } from "./suites/messages/waiting-suite.js";
import { claimSuite } from "./suites/outbox/claim-suite.js";
import { countedSendsSuite } from "./suites/outbox/counted-sends-suite.js";
import { outboxSuite } from "./suites/outbox/outbox-suite.js";
import { rateSuite } from "./suites/outbox/rate-suite.js";
import { returnSuite } from "./suites/outbox/return-suite.js";
import { sendingSuite } from "./suites/outbox/sending-suite.js";
import { accountSuite } from "./suites/store/account-suite.js";
import { eventSuite } from "./suites/store/event-suite.js";
import { lookSuite } from "./suites/sync/look-suite.js";
import { periodSuite } from "./suites/sync/period-suite.js";
import { sliceSuite } from "./suites/sync/slice-suite.js";
import { syncSuite } from "./suites/sync/sync-suite.js";
import { webhookPostSuite } from "./suites/webhooks/webhook-post-suite.js";
import { webhookSuite } from "./suites/webhooks/webhook-suite.js";

// One file, because each start of PGlite costs seconds. The same suites run on PostgreSQL in test/live.
let database: Database;
const open = (): Database => database;

beforeAll(async () => {
  database = await openDatabase({ folder: undefined });
});

afterAll(() => database.close());

// First: nobody may be there before the first person sets it up.
apiSuite(open);
// Before the others, whose accounts are on servers that do not exist.
syncSuite(open);
sliceSuite(open);
periodSuite(open);
waitingSuite(open);
lookSuite(open);
messageSuite(open);
listSuite(open);
searchSuite(open);
accountSuite(open);
eventSuite(open);
outboxSuite(open);
claimSuite(open);
countedSendsSuite(open);
sendingSuite(open);
returnSuite(open);
jobsSuite(open);
webhookSuite(open);
webhookPostSuite(open);
rateSuite(open);
