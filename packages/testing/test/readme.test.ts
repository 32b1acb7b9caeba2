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

test("the vitest example passes", { timeout: 30_000 }, async () => {
  const path = await writeExample("mail.test.js");
  const vitest = join(here, "../node_modules/vitest/vitest.mjs");
  const { stdout } = await run(process.execPath, [vitest, "run", path, "--reporter=json"], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1, numFailedTests: 0 });
});

test.each(["limits.test.mjs", "trap.test.mjs"])(
  "the node:test example %s passes",
  { timeout: 30_000 },
  async (name) => {
    const path = await writeExample(name);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await run(process.execPath, ["--test", "--test-reporter=tap", path], { env });
    expect(stdout).toMatch(/^# pass 1$/m);
  },
);

test.each([
  ["trap.test.mjs", (code: string) => code.replace('"Welcome" }', '"Goodbye", timeoutMs: 50 }')],
  ["limits.test.mjs", (code: string) => code.replace('"LIMIT"', '"ANOTHER"')],
  [
    "transcripts.test.mjs",
    (code: string) => code.replace("+OK 2 320\\r", "another").replace('"+OK "', '"another"'),
  ],
] as const)("the example %s ends when its assertions fail", { timeout: 30_000 }, async (name, spoil) => {
  const path = await writeExample(name);
  const code = await readFile(path, "utf8");
  expect(spoil(code)).not.toBe(code);
  await writeFile(path, spoil(code));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=tap", path];
  const error = await run(process.execPath, args, { env, timeout: 20_000 }).catch(
    (thrown: unknown) => thrown,
  );
  // A number is an exit code; a run that hangs is killed and has none.
  expect(error).toMatchObject({ code: 1, stdout: expect.stringMatching(/^# pass 0$/m) });
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
