import { afterAll, beforeAll } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { accountSuite } from "../suites/account-suite.js";
import { eventSuite } from "../suites/event-suite.js";
import { messageSuite } from "../suites/message-suite.js";
import { searchSuite } from "../suites/search-suite.js";

// The same suites run on PostgreSQL in test/live.
let database: Database;
const open = (): Database => database;

beforeAll(async () => {
  database = await openDatabase({ folder: undefined });
});

afterAll(() => database.close());

messageSuite(open);
searchSuite(open);
accountSuite(open);
eventSuite(open);
