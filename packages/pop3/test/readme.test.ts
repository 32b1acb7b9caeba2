import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the example of the README runs, and Node exits by itself", { timeout: 30_000 }, async () => {
  const [, example = ""] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const folder = await mkdtemp(fileURLToPath(new URL("readme-", import.meta.url)));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, example);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
    const lines = [
      "2 messages",
      "1 string Subject: One",
      "2 string Subject: Two",
      "{ count: 1, sizeBytes: 24 }",
      "",
    ];
    expect(stdout.split("\n")).toEqual(lines);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  ["Pop3ClientOptions", "pop3-options.ts"],
  ["Pop3Timeouts", "pop3-options.ts"],
  ["Pop3Limits", "pop3-options.ts"],
  ["Pop3SyncOptions", "sync-options.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} [^{]*{\n(.*?)^}`, "ms").exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = ""]) => option);
  expect(options.length).toBeGreaterThan(3);
  expect(options.filter((option) => !new RegExp(`^\\|[^|]*\`${option}\``, "m").test(readme))).toEqual([]);
});

test("every default in the README's tables is the one in the code", async () => {
  const { resolveLimits, resolveTimeouts } = await import("../src/pop3-options.js");
  for (const [name, value] of Object.entries({ ...resolveTimeouts(), ...resolveLimits() })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    const unit = shown.includes("MiB") ? 1024 * 1024 : 1;
    expect(Number(shown.replace(/[^\d]/g, "")) * unit, name).toBe(value);
  }
});

test("every value that the package exports is named in the README", async () => {
  const names = Object.keys(await import("../src/index.js"));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
