import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { resolveImapOptions } from "../src/imap-options.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the example of the README runs, and Node exits by itself", { timeout: 60_000 }, async () => {
  const [, example = ""] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const folder = await mkdtemp(fileURLToPath(new URL("readme-", import.meta.url)));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, example);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 50_000 });
    const lines = ["INBOX 2 2", "1 One Hello", "2 Two Hello again", "moved to 1", "new: [ 3 ]", ""];
    expect(stdout.split("\n")).toEqual(lines);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  ["ImapClientOptions", "imap-options.ts"],
  ["ImapTimeouts", "imap-options.ts"],
  ["ImapLimits", "imap-options.ts"],
  ["WatchOptions", "watch-event.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} [^{]*{\n(.*?)^}`, "ms").exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = ""]) => option);
  expect(options.length).toBeGreaterThan(1);
  expect(options.filter((option) => !new RegExp(`^\\|[^|]*\`${option}\``, "m").test(readme))).toEqual([]);
});

test("every default in the README's tables is the one in the code", () => {
  const { timeouts, limits } = resolveImapOptions({ server: { host: "imap.example.com" } });
  for (const [name, value] of Object.entries({ ...timeouts, ...limits })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    const unit = shown.includes("MiB") ? 1024 * 1024 : 1;
    expect(Number(shown.replace(/[^\d]/g, "")) * unit, name).toBe(value);
  }
});

test("every suite that the README names is there", async () => {
  const named = new Set(
    [...readme.matchAll(/`((?:behaviour\/|live\/)?[\w-]+\.test\.ts)`/g)].map(([, name = ""]) => name),
  );
  expect(named.size).toBeGreaterThan(8);
  for (const name of named) await expect(readFile(new URL(name, import.meta.url))).resolves.toBeDefined();
});
