import { fileURLToPath } from "node:url";
import { codeBlocks, missingFromTables, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";

const sources = new SourceFiles("core");
const { readme } = sources;
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs, and Node exits by itself", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  expect(await runExample(example, here)).toBe("[ 'ONE', 'TWO', 'THREE', 'FOUR' ]\ntrue\n");
});

test.each([
  ["ClientOptions", "client-options.ts"],
  ["ServerOptions", "server-options.ts"],
  ["RetryPolicy", "retry.ts"],
  ["PoolLimits", "pool-limits.ts"],
  ["RateLimit", "rate-limiter.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const options = sources.optionsOf(name, file);
  expect(options.length).toBeGreaterThan(2);
  expect(missingFromTables(options, readme)).toEqual([]);
});

test("every value that the package exports is named in the README", async () => {
  const names = Object.keys(await import("../src/index.js"));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
