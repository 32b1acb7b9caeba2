import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missingFromTables, SourceFiles } from "@mailwright/suite";
import { afterAll, beforeAll, expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const sources = new SourceFiles("testing");
const { readme } = sources;
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  // Inside the package, where its own name resolves to it.
  folder = await mkdtemp(join(here, "readme-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** Writes the example whose first line names the file, and returns where it is. */
async function writeExample(name: string): Promise<string> {
  const code = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const example = code.find((block) => block.startsWith(`// ${name}\n`));
  if (example === undefined) throw new Error(`README.md has no example ${name}`);
  await writeFile(join(folder, name), example);
  return join(folder, name);
}

test.each([
  ["mail.test.js", 1],
  ["signup.test.js", 2],
])("the vitest example %s passes", { timeout: 120_000 }, async (name, count) => {
  const path = await writeExample(name);
  const vitest = join(here, "../node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run", path, "--reporter=json"], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: count, numFailedTests: 0 });
});

test.each([
  ["limits.test.mjs", 1],
  ["trap.test.mjs", 1],
  ["signup.test.mjs", 2],
])("the node:test example %s passes", { timeout: 120_000 }, async (name, count) => {
  const path = await writeExample(name);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ["--test", "--test-reporter=tap", path], { env });
  expect(stdout).toContain(`\n# pass ${count}\n`);
});

test.each([
  ["trap.test.mjs", (code: string) => code.replace('"Welcome" }', '"Goodbye", timeoutMs: 50 }')],
  ["limits.test.mjs", (code: string) => code.replace('"LIMIT"', '"ANOTHER"')],
  [
    "transcripts.test.mjs",
    (code: string) => code.replace("+OK 2 320\\r", "another").replace('"+OK "', '"another"'),
  ],
] as const)("the example %s ends when its assertions fail", { timeout: 120_000 }, async (name, spoil) => {
  const path = await writeExample(name);
  const code = await readFile(path, "utf8");
  expect(spoil(code)).not.toBe(code);
  await writeFile(path, spoil(code));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=tap", path];
  const error = await run(process.execPath, args, { env, timeout: 120_000 }).catch(
    (thrown: unknown) => thrown,
  );
  // A number is an exit code; a run that hangs is killed and has none.
  expect(error).toMatchObject({ code: 1, stdout: expect.stringMatching(/^# pass 0$/m) });
});

test("a failing vitest example ends, and shows what was said", { timeout: 120_000 }, async () => {
  const path = await writeExample("signup.test.js");
  const code = (await readFile(path, "utf8")).replace("toHaveLength(1)", "toHaveLength(2)");
  await writeFile(path, code);
  const vitest = join(here, "../node_modules/vitest/vitest.mjs");
  const error = await run(process.execPath, [vitest, "run", path], { cwd: folder, timeout: 120_000 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/1 failed.*1 passed/),
    stderr: expect.stringMatching(/SMTP session 1\n {2}S: 220 .*C: MAIL FROM:<shop@example\.com>/s),
  });
});

test("a failing node:test example ends, and shows what was said", { timeout: 120_000 }, async () => {
  const path = await writeExample("signup.test.mjs");
  await writeFile(path, (await readFile(path, "utf8")).replace(".length, 1)", ".length, 2)"));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=tap", path];
  const error = await run(process.execPath, args, { env, timeout: 120_000 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/SMTP session 1.*C: MAIL FROM:<shop@example\.com>.*^# pass 1$/ms),
  });
});

test.each([
  ["ImapQuirks", "imap-quirks.ts"],
  ["ImapServerOptions", "imap-server-options.ts"],
  ["AccountOptions", "mail-account.ts"],
  ["MailServersOptions", "start-mail-servers.ts"],
])("every option of %s is in a table", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(4);
  expect(missingFromTables(options, readme)).toEqual([]);
});
