import { expect, test } from "vitest";
import { displayWidth, formatTable } from "../../src/terminal/table.js";

test("columns line up under wide characters", () => {
  const [first, second] = formatTable([
    ["日本", "x"],
    ["abcd", "x"],
  ]);
  expect(displayWidth(first ?? "")).toBe(displayWidth(second ?? ""));
});

test("control characters of a hostile subject never reach the terminal", () => {
  expect(formatTable([["a\u001b[31mred\r\nnext"]])[0]).toBe("a [31mred next");
});

test("long cells are cut", () => {
  expect(formatTable([["x".repeat(50)]], 10)[0]).toBe(`${"x".repeat(9)}…`);
});
