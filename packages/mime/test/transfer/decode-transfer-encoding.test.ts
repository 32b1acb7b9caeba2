import { expect, test } from "vitest";
import { decodeBase64 } from "../../src/transfer/decode-base64.js";
import { decodeQuotedPrintable } from "../../src/transfer/decode-quoted-printable.js";

const qp = (text: string): string => decodeQuotedPrintable(Buffer.from(text, "latin1")).toString("latin1");
const base64 = (text: string): string | undefined => decodeBase64(Buffer.from(text, "latin1"))?.toString();

test.each([
  ["a=3Db=c3=A4", "a=b\xc3\xa4"],
  ["soft=\r\nbreak=\nhere= \t\nand", "softbreakhereand"],
  ["white space \t\r\nis dropped=20 \nunless=20\nencoded ", "white space\r\nis dropped \nunless \nencoded "],
  ["nothing\t\r\nencoded", "nothing\r\nencoded"],
  ["nothing \rencoded", "nothing\rencoded"],
  ["nothing \nencoded", "nothing\nencoded"],
  ["lone=\r \r\n\tCR= \r\t\nends\r \nlines", "lone\r\n\tCR\nends\r\nlines"],
  ["broken =zz = =4", "broken =zz = =4"],
  ["end=", "end"],
])("quoted-printable %j", (text, expected) => {
  expect(qp(text)).toBe(expected);
});

test("quoted-printable of many kilobytes is decoded wherever its escapes and line ends stand", () => {
  for (let before = 8_180; before < 8_200; before++) {
    const plain = "0123456789abc".repeat(before).slice(0, before);
    expect(qp(`${plain}=C3=A4=\r\n${plain}=zz\r\n`)).toBe(`${plain}\xc3\xa4${plain}=zz\r\n`);
    expect(qp(`=41${plain} \r\n${plain}\t\n`)).toBe(`A${plain}\r\n${plain}\n`);
  }
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

test.each<readonly [what: string, lineEnd: string, width: number, spoil: (encoded: string) => string]>([
  ["in lines of the usual length", "\r\n", 76, (encoded) => encoded],
  ["in lines that end in LF alone", "\n", 64, (encoded) => encoded],
  ["in lines that cut groups in two", "\r\n", 75, (encoded) => encoded],
  [
    "with an odd line in the middle",
    "\r\n",
    76,
    (encoded) => `${encoded.slice(0, 60_000)}${encoded.slice(60_000).replace("\r\n", "\n")}`,
  ],
  ["with a longer line for a shorter end", "\r\n", 76, (encoded) => shift(encoded, 100_003)],
  [
    "with something else in a line",
    "\r\n",
    76,
    (encoded) => `${encoded.slice(0, 70_003)}!${encoded.slice(70_004)}`,
  ],
  ["with a blank in a line", "\r\n", 76, (encoded) => `${encoded.slice(0, 70_003)} ${encoded.slice(70_004)}`],
])("long base64 %s decodes as in one stroke", (_what, lineEnd, width, spoil) => {
  const bytes = Buffer.from(Array.from({ length: 150_000 }, (_, at) => (at * 7919) >> 5));
  const lines = bytes.toString("base64").match(new RegExp(`.{1,${width}}`, "g")) ?? [];
  const encoded = spoil(lines.join(lineEnd));
  expect(decodeBase64(Buffer.from(encoded))?.equals(Buffer.from(encoded, "base64"))).toBe(true);
});

/** The line that holds a place takes the first character of the next for its CR. */
function shift(encoded: string, at: number): string {
  const end = encoded.indexOf("\r\n", at);
  return `${encoded.slice(0, end)}${encoded[end + 2]}\n${encoded.slice(end + 3)}`;
}
