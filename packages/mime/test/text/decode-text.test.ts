import { describe, expect, test } from "vitest";
import { decodeText } from "../../src/text/decode-text.js";

const LONG = "x".repeat(20_000);

function textOf(bytes: Buffer, charset?: string): string {
  const parameters = new Map(charset === undefined ? [] : [["charset", charset]]);
  return decodeText(bytes, { contentType: "text/html", parameters }).text;
}

describe("line ends", () => {
  test("are the same in short texts and in a long one, whatever stands around them", () => {
    const characters = ["a", "ü", "\r", "\n"];
    let samples = [""];
    for (let length = 0; length < 6; length++)
      samples = samples.flatMap((sample) => characters.map((character) => sample + character));
    const joined = Buffer.from(samples.join("|"));
    expect(joined.length).toBeGreaterThan(LONG.length);
    const long = textOf(joined, "utf-8").split("|");
    // Compared here: an assertion for each of four thousand would take long.
    for (const [index, sample] of samples.entries())
      if (textOf(Buffer.from(sample), "utf-8") !== long[index]) expect.fail(JSON.stringify(sample));
  });

  test.each([
    [undefined, "gr\xc3\xbc\xc3\x9fe\r\n\r", "grüße\n\n"],
    [undefined, "gr\xfc\xdfe\r\r\n", "grüße\n"],
    ["utf-8", "\xe2\x82\r\n\xc3\xbc\xc3\xbc", "\ufffd\nüü"],
    ["utf-8", "\xe2\r\x82\xc3\xbc\xc3\xbc\xc3\xbc\r\n", "\ufffd\n\ufffdüüü\n"],
    ["utf-8", "\xef\xbb\xbfa\r\n", "a\n"],
    ["utf-8", "\xfc\r\n", "ü\n"],
    ["us-ascii", "a\r\nb\r", "a\nb\n"],
    ["iso-8859-1", "\x80\r\n\xc3", "€\nÃ"],
    ["x-nothing-known", "a\r\n\xfc", "a\nü"],
    ["iso-8859-2", "\xb3\r\n", "ł\n"],
    ["iso-2022-jp", "\x1b$BF|\x1b(B\r\n", "日\n"],
    ["shift_jis", "\x93\xfa\r\n", "日\n"],
    ["utf-7", "+AOQ-\r\n", "ä\n"],
  ])("in %s are turned beside broken bytes too, in short texts as in long ones", (charset, raw, expected) => {
    expect(textOf(Buffer.from(raw, "latin1"), charset)).toBe(expected);
    expect(textOf(Buffer.from(raw + LONG, "latin1"), charset)).toBe(expected + LONG);
  });

  test("of UTF-16 are turned in the text, where a byte of CR may be half of a letter", () => {
    expect(textOf(Buffer.from("\u0d0a\u0a0d\r\nä", "utf16le"), "utf-16le")).toBe("\u0d0a\u0a0d\nä");
  });
});

test("soft line breaks of a short text are joined", () => {
  const parameters = new Map([["format", "Flowed"]]);
  const { text } = decodeText(Buffer.from("one \r\ntwo\r\n"), { contentType: "text/plain", parameters });
  expect(text).toBe("one two\n");
});
