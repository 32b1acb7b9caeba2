import { afterAll, beforeAll } from "vitest";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { apiSuite } from "../suites/api-suite.js";

// The same suite runs on PostgreSQL in test/live.
let database: Database;

beforeAll(async () => {
  database = await openDatabase({ folder: undefined });
});

afterAll(() => database.close());

apiSuite(() => database);
