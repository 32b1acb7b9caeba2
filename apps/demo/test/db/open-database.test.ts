import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../src/db/new-id.js";
import { type Database, openDatabase } from "../../src/db/open-database.js";
import { FolderInUseError } from "../../src/db/start-database-thread.js";
import { createTenant, listTenantIds } from "../../src/store/tenant.js";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailwright-data-"));
});

afterAll(() => rm(folder, { recursive: true }));

test("what was written is there at the next start; nobody else may open the folder; errors mix nothing up", async () => {
  const data = join(folder, "data");
  // Whoever made it, as a package does: what is in it is its owner's.
  await mkdir(data, { mode: 0o755 });
  const first = await openDatabase({ folder: data });
  const { id } = await createTenant(first.sql, "Household");
  await expect(openDatabase({ folder: data })).rejects.toThrow(FolderInUseError);
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  await first.close();
  // As the settings have it, from where the program was started.
  await using second = await openDatabase({ folder: relative(process.cwd(), data) });
  expect(await listTenantIds(second.sql)).toEqual([id]);
  await expectOwnAnswers(second);
});

/** An error of SQL leaves the connection usable, and many callers get their own answers. */
async function expectOwnAnswers(database: Database): Promise<void> {
  const calls = Array.from({ length: 60 }, async (_, index) => {
    if (index % 3 === 0) return await database.sql.execute(sql`select nonsense`).catch(() => "failed");
    const { rows } = await database.sql.execute<{ n: number }>(sql`select ${index}::int as n`);
    return rows[0]?.n;
  });
  const answers = await Promise.all(calls);
  expect(answers).toEqual(answers.map((_answer, index) => (index % 3 === 0 ? "failed" : index)));
}

test("ids are of version 7 and sort by their time", () => {
  const ids = [5, 1, 3].map((time) => newId(time * 1_000));
  expect(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
  ).toBe(true);
  expect([...ids].sort()).toEqual([ids[1], ids[2], ids[0]]);
});
