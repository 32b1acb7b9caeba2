import { fileURLToPath } from "node:url";
import { codeBlocks, runExample, SourceFiles } from "@mailwright/suite";
import { expect, test } from "vitest";
import * as mime from "../src/index.js";

const { readme } = new SourceFiles("mime");
const here = fileURLToPath(new URL(".", import.meta.url));

test("the example of the README runs and prints what it says", { timeout: 120_000 }, async () => {
  const [example = ""] = codeBlocks(readme, "js");
  const stdout = await runExample(example, here);
  expect(stdout.split(/\r?\n/)).toEqual([
    "Grüße aus Köln",
    "Lovelace, Ada - 1",
    "2026-11-20T15:13:00.000Z",
    "Grüße !",
    "true",
    'To: =?utf-8?q?J=C3=BCrgen?= <j@example.org>, "Lovelace, Ada"',
    " <ada@example.org>",
    "",
  ]);
});

test("every export is in a table of the README", () => {
  const names = Object.keys(mime);
  expect(names.length).toBeGreaterThan(15);
  const listed = names.filter((name) => new RegExp(`^\\|[^|]*\\b${name}\\b`, "m").test(readme));
  expect(listed).toEqual(names);
});
