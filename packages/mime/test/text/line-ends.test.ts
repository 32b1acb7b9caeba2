import { expect, test } from "vitest";
import { toLfBytes, toLfText } from "../../src/text/line-ends.js";

const ALPHABET = "a\r\n";
const LENGTH = 9;

/** Says it another way than the code: the breaks are taken out of the text, longest first. */
function expectedLines(text: string): string {
  return text.split(/\r?\r\n|\r|\n/).join("\n");
}

test(`every text of ${LENGTH} characters with CR and LF in it has its line ends turned into LF`, () => {
  for (let length = 0; length <= LENGTH; length++) {
    for (let seed = 0; seed < ALPHABET.length ** length; seed++) {
      let text = "";
      for (let rest = seed; text.length < length; rest = Math.floor(rest / ALPHABET.length))
        text += ALPHABET[rest % ALPHABET.length];
      const expected = expectedLines(text);
      // Compared here: an assertion for each of the thirty thousand would take a minute.
      if (toLfBytes(Buffer.from(text)).toString() !== expected)
        expect.fail(`bytes of ${JSON.stringify(text)}`);
      if (toLfText(text) !== expected) expect.fail(`text ${JSON.stringify(text)}`);
    }
  }
});

test("line ends are turned wherever they stand in many kilobytes", () => {
  for (let before = 8_180; before < 8_200; before++) {
    const text = ["\r\n", "\r", "\r\r\n", "\n"].map((lineEnd) => "x".repeat(before) + lineEnd).join("");
    expect(toLfBytes(Buffer.from(text)).toString()).toBe(`${"x".repeat(before)}\n`.repeat(4));
  }
});

test("bytes past ASCII stay as they are", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const converted = toLfBytes(Buffer.concat([bytes, bytes]));
  expect(converted.toString("latin1")).toBe(expectedLines(bytes.toString("latin1").repeat(2)));
});
