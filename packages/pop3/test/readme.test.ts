import { fileURLToPath } from "node:url";
import { codeBlocks, missingFromTables, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";

const sources = new SourceFiles("pop3");
const { readme } = sources;
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs, and Node exits by itself", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  const stdout = await runExample(example, here);
  const lines = [
    "2 messages",
    "1 string Subject: One",
    "2 string Subject: Two",
    "{ count: 1, sizeBytes: 24 }",
    "",
  ];
  expect(stdout.split("\n")).toEqual(lines);
});

test.each([
  ["Pop3ClientOptions", "pop3-options.ts"],
  ["Pop3Timeouts", "pop3-limits.ts"],
  ["Pop3Limits", "pop3-limits.ts"],
  ["Pop3SyncOptions", "sync-options.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(3);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every default in the README's tables is the one in the code", async () => {
  const { resolvePop3Limits, resolvePop3Timeouts } = await import("../src/pop3-limits.js");
  for (const [name, value] of Object.entries({ ...resolvePop3Timeouts(), ...resolvePop3Limits() })) {
    const [, shown = ""] = new RegExp(`^\\| \`${name}\` *\\| *([^|]*?) *\\|`, "m").exec(readme) ?? [];
    const unit = shown.includes("MiB") ? 1024 * 1024 : 1;
    expect(Number(shown.replace(/[^\d]/g, "")) * unit, name).toBe(value);
  }
});

test("every value that the package exports is named in the README", async () => {
  const names = Object.keys(await import("../src/index.js"));
  expect(names.filter((name) => !readme.includes(name))).toEqual([]);
});
