import { expect, test } from "vitest";
import { textLines } from "../../src/web/mail/text-lines.js";

test.each([
  ["", 1],
  ["One.", 1],
  ["One.\r\n\r\nThree.\r\n\r\n", 3],
  ["x".repeat(100), 3],
  [`${"x".repeat(40)}\n${"x".repeat(41)}`, 3],
])("%j takes %i lines", (text, lines) => {
  expect(textLines(text)).toBe(lines);
});
