import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { resolveMessageLimits } from "../src/message-limits.js";
import { resolveSmtpOptions } from "../src/smtp-options.js";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the example of the README runs, and Node exits by itself", { timeout: 40_000 }, async () => {
  const [, example = ""] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const folder = await mkdtemp(fileURLToPath(new URL("readme-", import.meta.url)));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, example);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 30_000 });
    expect(stdout.split("\n")).toEqual([
      "accepted",
      "bob@example.org accepted 250",
      "carol@example.org accepted 250",
      "",
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  ["SmtpClientOptions", "smtp-options.ts"],
  ["SmtpTimeouts", "smtp-options.ts"],
  ["MessageLimits", "message-limits.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} [^{]*{\n(.*?)^}`, "ms").exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = ""]) => option);
  expect(options.length).toBeGreaterThan(3);
  expect(options.filter((option) => !new RegExp(`^\\|[^|]*\`${option}\``, "m").test(readme))).toEqual([]);
});

test("every default in the README's tables is the one in the code", () => {
  const { timeouts } = resolveSmtpOptions({ server: { host: "mail.example.com" } });
  for (const [name, value] of Object.entries({ ...timeouts, ...resolveMessageLimits() })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    expect(shown.replace(/[ `]/g, ""), name).toBe(String(value));
  }
});

test("every value that the package exports is named in the README", async () => {
  const names = Object.keys(await import("../src/index.js"));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
