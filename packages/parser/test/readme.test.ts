import { fileURLToPath } from "node:url";
import { codeBlocks, missingFromTables, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";

const sources = new SourceFiles("parser");
const { readme } = sources;
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs and prints what it says", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  const stdout = await runExample(example, here);
  expect(stdout.split("\n")).toEqual([
    "{ name: 'Ada Lövelace', address: 'ada@example.org' }",
    "The report - Here it is.",
    "../report.pdf report.pdf 8",
    "0 defects",
    "",
  ]);
});

test.each([
  ["ParseLimits", "parse-limits.ts"],
  ["StreamLimits", "stream-limits.ts"],
  ["WorkersOptions", "parse-in-workers.ts"],
  ["SanitizeOptions", "sanitize.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(2);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every defect is in a table of the README", async () => {
  const source = sources.textOf("message-defect.ts");
  const [, union = ""] = /type DefectCode =(.*?);/s.exec(source) ?? [];
  const codes = [...union.matchAll(/"([\w-]+)"/g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(15);
  expect(codes.filter((code) => !new RegExp(`^\\|[^|]*\`${code}\``, "m").test(readme))).toEqual([]);
});
