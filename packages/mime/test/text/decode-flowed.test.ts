import { expect, test } from "vitest";
import { decodeFlowed } from "../../src/text/decode-flowed.js";
import { toLfBytes } from "../../src/text/line-ends.js";

const flowed = (text: string, deleteSpaces = false): string =>
  decodeFlowed(Buffer.from(text), deleteSpaces).toString();

test.each([
  ["one \ntwo\nthree", "one two\nthree"],
  [" from\n space", "from\nspace"],
  ["> a \n> b\n>> c \nd", "> a b\n>> c \nd"],
  ["text \n-- \nsignature", "text \n-- \nsignature"],
  ["", ""],
  ["\n\n", "\n\n"],
])("flowed %j", (text, expected) => {
  expect(flowed(text)).toBe(expected);
});

test("flowed text of a language without spaces is joined without them", () => {
  expect(flowed("日本 \n語", true)).toBe("日本語");
});

test("line ends of any kind become LF", () => {
  expect(toLfBytes(Buffer.from("a\r\nb\rc\r\r\nd\n\re\r")).toString()).toBe("a\nb\nc\nd\n\ne\n");
});
