import { afterAll, beforeAll } from "vitest";
import { type Database, openDatabase } from "../src/db/open-database.js";
import { accountSuite } from "./suites/account-suite.js";
import { apiSuite } from "./suites/api-suite.js";
import { eventSuite } from "./suites/event-suite.js";
import { jobsSuite } from "./suites/jobs-suite.js";
import { messageSuite } from "./suites/message-suite.js";
import { outboxSuite } from "./suites/outbox-suite.js";
import { returnSuite } from "./suites/return-suite.js";
import { searchSuite } from "./suites/search-suite.js";
import { sendingSuite } from "./suites/sending-suite.js";
import { syncSuite } from "./suites/sync-suite.js";

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
messageSuite(open);
searchSuite(open);
accountSuite(open);
eventSuite(open);
outboxSuite(open);
sendingSuite(open);
returnSuite(open);
jobsSuite(open);
