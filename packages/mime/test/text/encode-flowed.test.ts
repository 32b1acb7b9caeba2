import { expect, test } from "vitest";
import { decodeFlowed } from "../../src/text/decode-flowed.js";
import { encodeFlowed } from "../../src/text/encode-flowed.js";
import { asUtf8, randomTexts } from "../support/random-text.js";

const read = (text: string, deleteSpaces = false): string =>
  decodeFlowed(Buffer.from(text), deleteSpaces).toString();

/** White space at the ends of lines goes, and quotations have a space behind their marks. */
function normalized(text: string): string {
  return asUtf8(text)
    .split("\n")
    .map((line) => (/^>* ?-- $/.test(line) ? line : line.replace(/ +$/, "")))
    .map((line) => line.replace(/^(>+)(?=[^> ])/, "$1 "))
    .join("\n");
}

test.each([
  ["short", "short"],
  [" indented", "  indented"],
  ["From me", " From me"],
  ["ends in space \nnext", "ends in space\nnext"],
  ["-- \nAda", "-- \nAda"],
  [">quoted\n>> twice", "> quoted\n>> twice"],
  [`${"word ".repeat(20)}end`, `${"word ".repeat(14)}\n${"word ".repeat(6)}end`],
  [`> ${"word ".repeat(20)}end`, `> ${"word ".repeat(14)}\n> ${"word ".repeat(6)}end`],
  ["x".repeat(100), "x".repeat(100)],
])("%j is written as %j", (text, written) => {
  expect(encodeFlowed(text)).toBe(written);
  expect(read(written)).toBe(normalized(text));
});

test("text without spaces is broken where readers know to join it", () => {
  const text = "日本語テキスト".repeat(20);
  const written = encodeFlowed(text, { deleteSpaces: true });
  expect(written.split("\n").length).toBeGreaterThan(1);
  expect(read(written, true)).toBe(text);
});

test.each([false, true])("any text reads back as it was, with spaces deleted: %s", (deleteSpaces) => {
  for (const raw of randomTexts(1_500, 400)) {
    const text = raw.replaceAll("\r", "\n");
    const written = encodeFlowed(text, { deleteSpaces });
    if (read(written, deleteSpaces) !== normalized(text))
      expect(read(written, deleteSpaces), JSON.stringify(written)).toBe(normalized(text));
  }
});
