import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parseAddresses } from "../src/address/parse-addresses.js";
import { decodeCharset } from "../src/charset/decode-charset.js";
import { MessageHeaders } from "../src/header/message-headers.js";
import { parseMessageIds } from "../src/header/message-ids.js";
import { parseParameterizedValue } from "../src/header/parameterized-value.js";
import { parseDate } from "../src/header/parse-date.js";
import { decodeText } from "../src/text/decode-text.js";
import { decodeTransferEncoding } from "../src/transfer/decode-transfer-encoding.js";

/** Samples that readers of mail read differently; here is what all Mailwright packages make of them. */
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const subjectOf = (raw: string): string | undefined => new MessageHeaders(latin1(raw)).get("subject");

describe("a header", () => {
  test.each([
    ["raw windows-1252", "Subject: Gr\xfc\xdfe\r\n", "Grüße"],
    ["raw UTF-8", "Subject: Gr\xc3\xbc\xc3\x9fe\r\n", "Grüße"],
    ["raw ISO-2022-JP", "Subject: \x1b$BF|\x1b(B\r\n", "日"],
    ["encoded-words in quotes", 'Subject: "=?utf-8?q?a=20b?=" c\r\n', '"a b" c'],
    ["a charset in quotes", 'Subject: =?"utf-8"?q?=C3=A4?=\r\n', "ä"],
    ["quotes in encoded-words", "Subject: =?utf-8?q?=22a=22?=\r\n", '"a"'],
    ["words that split a character", "Subject: =?utf-8?b?w6TD?=\r\n =?utf-8?b?tg==?=\r\n", "äö"],
    ["a fold with a tab", "Subject: one\r\n\ttwo\r\n", "one\ttwo"],
    [
      "folded ISO-2022-JP",
      "Subject: =?ISO-2022-JP?B?GyRCRnwbKEI=?=\r\n =?ISO-2022-JP?B?GyRCS1wbKEI=?=\r\n =?iso-2022-jp?Q?=1B=24B=38=6C=1B=28B?=\r\n",
      "日本語",
    ],
    [
      "ISO-2022-JP that does not end in ASCII",
      "Subject: =?ISO-2022-JP?B?GyRCRnw=?=\r\n =?ISO-2022-JP?B?GyRCS1wbKEI=?=\r\n",
      "日本",
    ],
    ["folded HZ", "Subject: =?hz-gb-2312?q?~{VP~}?=\r\n =?hz-gb-2312?q?~{ND~}?=\r\n", "中文"],
    [
      "folded ISO-2022-KR",
      "Subject: =?iso-2022-kr?b?GyQpQw4wIQ8=?=\r\n =?iso-2022-kr?b?GyQpQw4wIg8=?=\r\n",
      "가각",
    ],
    ["folded UTF-7", "Subject: =?utf-7?q?+AOQ-?=\r\n =?utf-7?q?+APY-?=\r\n", "äö"],
    ["folded UTF-16", "Subject: =?utf-16be?b?AOQA?=\r\n =?utf-16be?b?9g==?=\r\n", "äö"],
  ])("with %s", (_name, raw, expected) => {
    expect(subjectOf(raw)).toBe(expected);
  });

  test("a raw file name, and one in words or segments", () => {
    const filename = (raw: string): string | undefined =>
      parseParameterizedValue(raw).parameters.get("filename");
    expect(filename('attachment; filename="Gr\xfc\xdfe.txt"')).toBe("Grüße.txt");
    expect(filename('attachment; filename="Gr\xc3\xbc\xc3\x9fe.txt"')).toBe("Grüße.txt");
    expect(filename('attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe?=.txt"')).toBe("Grüße.txt");
    expect(filename("attachment; filename*0*=iso-2022-jp''%1B$BF%7C%1B(B; filename*1*=%1B$BK%5C%1B(B")).toBe(
      "日本",
    );
  });

  test("a display name in words and quotes", () => {
    expect(parseAddresses('"=?utf-8?q?Gr=C3=BC=C3=9Fe?=" <a@b.c>').entries).toEqual([
      { name: "Grüße", address: "a@b.c" },
    ]);
  });

  test("identifiers with blanks, without brackets, and cut off", () => {
    expect(parseMessageIds("<a b@c> <d@\te> f@g <h@i")).toEqual(["<ab@c>", "<d@e>", "<f@g>", "<h@i>"]);
  });
});

describe("a date", () => {
  test.each([
    ["without a zone", "Fri, 20 Nov 2026 10:13:00", "2026-11-20T10:13:00.000Z"],
    ["as ctime has it", "Fri Nov 20 10:13:00 2026", "2026-11-20T10:13:00.000Z"],
    ["ISO 8601 without a zone", "2026-11-20T10:13:00", "2026-11-20T10:13:00.000Z"],
    ["with a comment", "Fri, 20 Nov 2026 10:13:00 +0100 (CET)", "2026-11-20T09:13:00.000Z"],
  ])("%s", (_name, raw, expected) => {
    expect(parseDate(raw)?.toISOString()).toBe(expected);
  });

  test.each([
    "nonsense 12",
    "99",
    "Nov 2026",
    "2026",
    "Fri, 42 Nov 2026 10:00:00 +0000",
    "1/2/3",
    "0 Nov 2026",
  ])("%j is none", (raw) => expect(parseDate(raw)).toBeUndefined());

  test("is the same on machines in any zone", () => {
    const program = `
      import { parseDate } from ${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)};
      const dates = ["Fri, 20 Nov 2026 10:13:00", "2026-11-20 10:13", "20 Nov 26", "Fri Nov 20 10:13:00 2026"];
      console.log(dates.map((date) => parseDate(date)?.toISOString()).join());`;
    const run = (zone: string): string =>
      execFileSync(process.execPath, ["--input-type=module", "-e", program], {
        env: { ...process.env, TZ: zone },
        encoding: "utf8",
      });
    const inUtc = run("UTC");
    expect(inUtc).toContain("2026-11-20T10:13:00.000Z");
    for (const zone of ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
      expect(run(zone)).toBe(inUtc);
  });
});

describe("a body", () => {
  const textOf = (bytes: Buffer, contentType: string, parameters: Record<string, string> = {}): string =>
    decodeText(bytes, { contentType, parameters: new Map(Object.entries(parameters)) }).text;

  test.each<[string, string, string]>([
    ["base64", "Z3I=w7w=", "gr\xc3\xbc"],
    ["BASE64 ", "Z3I=", "gr"],
    ["quoted-printable", "a =20\r\nb=20\r\nc ", "a  \r\nb \r\nc "],
    ["quoted-printable", "tab\t\r\nend", "tab\r\nend"],
    ["x-uuencode", "begin 644 a\n#86)C\n`\nend\n", "abc"],
  ])("in %s: %j", (encoding, raw, expected) => {
    expect(decodeTransferEncoding(latin1(raw), encoding).bytes.toString("latin1")).toBe(expected);
  });

  test.each<[string, string, string]>([
    ["UTF-8 labelled ISO-8859-1", "Gr\xc3\xbc\xc3\x9fe", "iso-8859-1"],
    ["windows-1252 labelled UTF-8", "Gr\xfc\xdfe", "utf-8"],
    ["cp850", "Gr\x81\xe1e", "cp850"],
    ["cp437", "Gr\x81\xe1e", "IBM437"],
    ["UTF-16 without a mark", "G\0r\0\xfc\0\xdf\0e\0", "utf-16"],
    ["UTF-16 with a mark", "\xfe\xff\0G\0r\0\xfc\0\xdf\0e", "utf-16"],
    ["8-bit text labelled UTF-16", "Gr\xc3\xbc\xc3\x9fe", "utf-16"],
    ["iso-ir-100", "Gr\xfc\xdfe", "iso-ir-100"],
    ["iso-ir-226", "Gr\xfc\xdfe", "iso-ir-226"],
    ["the Mac's", "Gr\x9f\xa7e", "x-mac-roman"],
    ["a label that nobody knows", "Gr\xfc\xdfe", "x-martian"],
  ])("in %s", (_name, raw, charset) => {
    expect(textOf(latin1(raw), "text/plain", { charset })).toBe("Grüße");
  });

  test("in HTML whose charset stands in its meta tag only", () => {
    const html = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">\xb1';
    expect(textOf(latin1(html), "text/html")).toContain("ą");
    expect(textOf(latin1(html), "text/html", { charset: "windows-1252" })).toContain("±");
  });

  test("in flowed text with an encoded space at the end of a line", () => {
    const { bytes } = decodeTransferEncoding(
      latin1("one=20\r\ntwo\r\nthree =20\r\nfour\r\n"),
      "quoted-printable",
    );
    expect(textOf(bytes, "text/plain", { format: "flowed" })).toBe("one two\nthree  four\n");
    expect(textOf(bytes, "text/plain", { format: "Flowed", delsp: "YES" })).toBe("onetwo\nthree four\n");
    expect(textOf(bytes, "text/plain")).toBe("one \ntwo\nthree  \nfour\n");
    expect(textOf(bytes, "text/plain", { format: "flowed", charset: "iso-8859-16" })).toBe(
      "one two\nthree  four\n",
    );
  });

  test.each([
    ["utf-8", Buffer.from("grü").subarray(0, -1), "gr"],
    ["", Buffer.from("日本").subarray(0, -1), "日"],
    ["iso-8859-1", Buffer.from("日本").subarray(0, -2), "日"],
    ["shift_jis", Buffer.from("93fa96", "hex"), "日"],
    ["utf-16le", Buffer.from("e500", "hex").subarray(0, 1), ""],
    ["iso-2022-jp", Buffer.from("1b2442467c4b", "hex"), "日"],
    ["windows-1252", latin1("gr\xfc"), "grü"],
  ])("in %s that was cut within a character", (charset, bytes, expected) => {
    expect(decodeCharset(bytes, charset, { isCut: true }).text).toBe(expected);
  });
});
