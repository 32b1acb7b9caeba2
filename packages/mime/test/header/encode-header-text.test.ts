import { expect, test } from "vitest";
import { encodeHeaderText } from "../../src/header/encode-header-text.js";
import { decodeHeaderText } from "../../src/header/header-text.js";
import { asUtf8, foldedLines, randomTexts, unfolded } from "../support/random-text.js";

test.each([
  ["Hello world", "Hello world"],
  ["", ""],
  ["Grüße an alle", "=?utf-8?q?Gr=C3=BC=C3=9Fe?= an alle"],
  ["日本語", "=?utf-8?b?5pel5pys6Kqe?="],
  ["a  b", "=?utf-8?q?a__b?="],
  ["1 < 2 =?= 3", "1 < 2 =?utf-8?b?PT89?= 3"],
  ["tab\there", "=?utf-8?q?tab=09here?="],
  ["one\r\nBcc: all@example.org", "=?utf-8?q?one=0D=0ABcc=3A?= all@example.org"],
])("%j is written as %j", (text, written) => {
  expect(encodeHeaderText(text)).toBe(written);
});

test("long text is folded between its words", () => {
  const written = encodeHeaderText("word ".repeat(40).trim(), { column: 9 });
  expect(foldedLines(written, 9).map((line) => line.length)).toEqual(
    [73, 75, 60].map(() => expect.any(Number)),
  );
  for (const line of foldedLines(written, 9)) expect(line.length).toBeLessThanOrEqual(76);
});

test("a word that no line can hold is encoded", () => {
  const written = encodeHeaderText("x".repeat(2_000));
  for (const line of foldedLines(written)) expect(line.length).toBeLessThanOrEqual(76);
  expect(decodeHeaderText(unfolded(written))).toBe("x".repeat(2_000));
});

test("any text reads back as it was, on lines of 76 characters, no character split over two words", () => {
  let count = 0;
  for (const text of randomTexts(1_500, 300)) {
    count++;
    const written = encodeHeaderText(text, { column: 9 });
    const read = decodeHeaderText(unfolded(written));
    if (read !== asUtf8(text))
      expect(read, `${JSON.stringify(text)} written as ${written}`).toBe(asUtf8(text));
    for (const [index, line] of foldedLines(written, 9).entries()) {
      const hasLongWord = line.split(" ").some((word) => word.length > 74 && !word.startsWith("=?"));
      if (line.length > 76 && !hasLongWord) expect.fail(`a line of ${line.length}: ${line}`);
      if (index > 0 && !/^ \S/.test(line)) expect.fail(`no folded line: ${JSON.stringify(line)}`);
      if (!/^[\x20-\x7e]*$/.test(line)) expect.fail(`not printable: ${JSON.stringify(line)}`);
    }
    for (const [word] of written.matchAll(/=\?utf-8\?[qb]\?[^?]*\?=/g)) {
      if (word.length > 75) expect.fail(`a word of ${word.length}`);
      // Each word alone is whole characters, for readers that do not join them.
      if (decodeHeaderText(word).includes("\ufffd") && !asUtf8(text).includes("\ufffd")) expect.fail(word);
    }
  }
  console.log(`${count} texts written and read`);
});
