import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { codeBlocks, runBlock } from "./markdown.js";

test("the example of the README runs, and Node exits by itself", { timeout: 30_000 }, async () => {
  const [example = ""] = await codeBlocks("../README.md", "js");
  expect(await runBlock(example)).toBe("[ 'ONE', 'TWO', 'THREE', 'FOUR' ]\ntrue\n");
});

test.each([
  ["ClientOptions", "client-options.ts"],
  ["ServerOptions", "server-options.ts"],
  ["RetryPolicy", "retry.ts"],
  ["PoolLimits", "pool-limits.ts"],
  ["RateLimit", "rate-limiter.ts"],
])("every option of %s is in a table of the README", async (name, file) => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const source = await readFile(new URL(`../src/${file}`, import.meta.url), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} {\n(.*?)^}`, "ms").exec(source) ?? [];
  const options = [...body.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option = ""]) => option);
  expect(options.length).toBeGreaterThan(2);
  expect(options.filter((option) => !new RegExp(`^\\| \`${option}\``, "m").test(readme))).toEqual([]);
});

test("every value that the package exports is named in the README", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const names = Object.keys(await import("../src/index.js"));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});
