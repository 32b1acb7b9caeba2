import { expect, test } from "vitest";
import { endLine } from "../../src/wire/end-line.js";

test.each([
  ["", ""],
  ["a", "a\r\n"],
  ["a\r\n", "a\r\n"],
  ["a\r\nb", "a\r\nb\r\n"],
])("gives %j a line end: %j", (text, expected) => {
  expect(endLine(Buffer.from(text)).toString()).toBe(expected);
});
