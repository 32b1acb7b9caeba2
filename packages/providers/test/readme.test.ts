import { fileURLToPath } from "node:url";
import { codeBlocks, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";
import * as exported from "../src/index.js";

const sources = new SourceFiles("providers");
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs and prints what it says", async () => {
  const [example = ""] = codeBlocks(sources.readme, "js");
  const printed = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
  expect(printed.length).toBeGreaterThan(2);
  expect((await runExample(example, here)).trim().split("\n")).toEqual(printed);
});

test("every field of a record is in the README's table", () => {
  for (const field of sources.optionsOf("Provider", "provider.ts")) {
    expect(sources.readme).toMatch(new RegExp(`^\\|[^|]*\`${field}\``, "m"));
  }
});

test("every value that the package exports is named in the README", () => {
  expect(Object.keys(exported).filter((name) => !sources.readme.includes(name))).toEqual([]);
});
