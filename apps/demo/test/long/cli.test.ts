import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { cliProcessSuite } from "../suites/cli/cli-process-suite.js";

// On the embedded database, process by process; on PostgreSQL in test/live.
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-data-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

cliProcessSuite(() => ({ MAILWRIGHT_DATA: folder }));
