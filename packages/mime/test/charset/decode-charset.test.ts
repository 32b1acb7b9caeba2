import { expect, test } from "vitest";
import { decodeCharset } from "../../src/charset/decode-charset.js";

const decode = (hex: string, label?: string): unknown => {
  const { text, isUnknownCharset, isMislabelled } = decodeCharset(Buffer.from(hex, "hex"), label);
  return [text, isUnknownCharset, isMislabelled];
};

test.each<[string, string, string | undefined, string, boolean, boolean]>([
  ["ASCII", "616263", "us-ascii", "abc", false, false],
  ["UTF-8", "c3a4", "utf-8", "ä", false, false],
  ["UTF-8 with a mark", "efbbbfc3a4", "utf-8", "ä", false, false],
  ["no label, UTF-8", "c3a4", undefined, "ä", false, false],
  ["no label, not UTF-8", "e4", undefined, "ä", false, false],
  ["windows-1252 called UTF-8", "67726fdf", "utf-8", "groß", false, true],
  ["UTF-8 called ISO-8859-1", "c3a4c3b6", "iso-8859-1", "äö", false, true],
  ["windows-1252 called ISO-8859-1", "80939a", "iso-8859-1", "€“š", false, false],
  ["ISO-8859-2", "b1", "iso-8859-2", "ą", false, false],
  ["KOI8-R", "d0d2c9", "koi8-r", "при", false, false],
  ["Shift_JIS by a code page", "93fa", "cp932", "日", false, false],
  ["EUC-KR by its old name", "b0a1", "ks_c_5601-1987", "가", false, false],
  ["GB18030", "d6d0", "gb18030", "中", false, false],
  ["Big5", "a440", "big5", "一", false, false],
  ["ISO-2022-JP", "1b2442467c1b2842", "iso-2022-jp", "日", false, false],
  ["EUC-JP called ISO-2022-JP", "c6fccbdc", "iso-2022-jp", "日本", false, true],
  ["UTF-7", "2b414f512d", "utf-7", "ä", false, false],
  ["UTF-7 with a plus", "2b2d61", "unicode-1-1-utf-7", "+a", false, false],
  ["UTF-16 with a mark", "feff00e4", "utf-16", "ä", false, false],
  ["UTF-16LE", "e400", "utf-16le", "ä", false, false],
  ["8-bit text called UTF-16", "61c3a4", "utf-16", "aä", false, true],
  ["a code page by number", "e4", "windows1252", "ä", false, false],
  ["an unknown name", "e4", "x-martian", "ä", true, false],
  ["UTF-8 with one bad byte", "c3a4c3b6c3", "utf-8", "äö\ufffd", false, true],
])("%s is decoded", (_name, hex, label, text, isUnknownCharset, isMislabelled) => {
  expect(decode(hex, label)).toEqual([text, isUnknownCharset, isMislabelled]);
});

test("labels from hostile mail do not fill the memory", () => {
  for (let count = 0; count < 5_000; count++) decode("e4", `x-${count}`);
  expect(decode("b1", "iso-8859-2")).toEqual(["ą", false, false]);
});
