import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../src/decode/base64.js";
import { decodeFlowed } from "../../src/decode/format-flowed.js";
import { toLfBytes } from "../../src/decode/line-ends.js";
import { decodeQuotedPrintable } from "../../src/decode/quoted-printable.js";
import { decodeUuencode } from "../../src/decode/uuencode.js";
import { parseMessage } from "../../src/parse-message.js";

const qp = (text: string): string => decodeQuotedPrintable(Buffer.from(text, "latin1")).toString("latin1");
const flowed = (text: string, deleteSpaces = false): string =>
  decodeFlowed(Buffer.from(text), deleteSpaces).toString();
const base64 = (text: string): string | undefined => decodeBase64(Buffer.from(text, "latin1"))?.toString();

test.each([
  ["a=3Db=c3=A4", "a=b\xc3\xa4"],
  ["soft=\r\nbreak=\nhere= \t\nand", "softbreakhereand"],
  ["white space \t\r\nis dropped=20 \nunless=20\nencoded ", "white space\r\nis dropped \nunless \nencoded "],
  ["broken =zz = =4", "broken =zz = =4"],
  ["end=", "end"],
])("quoted-printable %j", (text, expected) => {
  expect(qp(text)).toBe(expected);
});

test.each([
  ["aGVsbG8=", "hello"],
  ["aGVs\r\nbG8=\r\n", "hello"],
  ["aGVs bG8", "hello"],
  ["aGk=aGk=", "hihi"],
  ["aGk= (a remark)", "hi"],
  ["aGk=\n\n-- \nfooter of a list", "hi"],
  ["hello, world!", undefined],
  ["", ""],
])("base64 %j", (text, expected) => {
  expect(base64(text)).toBe(expected);
});

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

describe("uuencode", () => {
  const BLOCK = "begin 644 hi.txt\n+:&5L;&\\@=V]R;&0`\n`\nend\n";

  test("a file in the text becomes an attachment", () => {
    const message = parseMessage(`From: a@b.c\n\nbefore\n${BLOCK}after\n`);
    expect(message.text).toBe("before\nafter\n");
    expect(message.attachments[0]).toMatchObject({
      path: "1/uuencode.1",
      filename: "hi.txt",
      safeFilename: "hi.txt",
    });
    expect(message.attachments[0]?.content().toString()).toBe("hello world");
  });

  test("a sentence that starts with begin is no file", () => {
    const message = parseMessage("From: a@b.c\n\nbegin 100 things\nand end\nthem\nend\n");
    expect(message.attachments).toEqual([]);
    expect(message.text).toContain("begin 100 things");
  });

  test("trailing spaces that were cut off are restored", () => {
    expect(decodeUuencode(Buffer.from("begin 644 a\n#!\nend\n"))?.content).toEqual(Buffer.from([4, 0, 0]));
  });
});
