import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missingFromTables, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";

const sources = new SourceFiles("testing");
const { readme } = sources;

test("the example of startScriptedServer and startFaultProxy passes", { timeout: 120_000 }, async () => {
  const [, code = ""] = /^```js\n(\/\/ transcripts\.test\.mjs\n.*?)^```$/ms.exec(readme) ?? [];
  // Inside the package, where its own name resolves to it.
  const folder = await mkdtemp(fileURLToPath(new URL("readme-kit-", import.meta.url)));
  try {
    await writeFile(join(folder, "transcripts.test.mjs"), code);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const args = ["--test", "--test-reporter=tap", join(folder, "transcripts.test.mjs")];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toMatch(/^# pass 2$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ["Pop3ServerOptions", "pop3-server-options.ts"],
  ["Pop3Quirks", "pop3-server-options.ts"],
  ["SmtpServerOptions", "smtp-server-options.ts"],
  ["ScriptedServerOptions", "scripted-server.ts"],
  ["ProxyFaults", "proxy-faults.ts"],
])("every option of %s is in a table", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(4);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every command that can be answered is named", async () => {
  const source = sources.textOf("smtp-answers.ts");
  const [, body = ""] = /interface SmtpAnswers {\n(.*?)^}/ms.exec(source) ?? [];
  const commands = [...body.matchAll(/^ {2}(\w+)\?\(/gm)].map(([, command = ""]) => command);
  expect(commands).toHaveLength(13);
  for (const command of commands) expect(readme).toMatch(new RegExp(`\`${command}(\\(\\w+\\))?\``));
});
