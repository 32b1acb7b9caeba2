import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

test("the example of the README runs and prints what it says", { timeout: 30_000 }, async () => {
  const [, example = ""] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
  const folder = await mkdtemp(fileURLToPath(new URL("readme-", import.meta.url)));
  try {
    const file = join(folder, "example.mjs");
    await writeFile(file, example);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 20_000 });
    expect(stdout.split("\n")).toEqual([
      "{ name: 'Ada Lövelace', address: 'ada@example.org' }",
      "The report - Here it is.",
      "../report.pdf report.pdf 8",
      "0 defects",
      "",
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  ["ParseLimits", "parse-limits.ts"],
  ["StreamLimits", "stream-limits.ts"],
  ["WorkersOptions", "parse-in-workers.ts"],
  ["SanitizeOptions", "sanitize.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} [^{]*{\n(.*?)^}`, "ms").exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = ""]) => option);
  expect(options.length).toBeGreaterThan(2);
  expect(options.filter((option) => !new RegExp(`^\\|[^|]*\`${option}\``, "m").test(readme))).toEqual([]);
});

test("every defect is in a table of the README", async () => {
  const source = await readFile(new URL("../src/defect.ts", import.meta.url), "utf8");
  const [, union = ""] = /type DefectCode =(.*?);/s.exec(source) ?? [];
  const codes = [...union.matchAll(/"([\w-]+)"/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !new RegExp(`^\\|[^|]*\`${code}\``, "m").test(readme))).toEqual([]);
});
