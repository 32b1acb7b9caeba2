import iconv from "iconv-lite";
import { expect, test } from "vitest";
import { decodeCharset } from "../../src/charset/decode-charset.js";
import { decodeSingleByte, findUnits } from "../../src/charset/single-byte.js";
import { SINGLE_BYTE_TABLES } from "../../src/charset/single-byte-tables.js";

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const names = SINGLE_BYTE_TABLES.map(([all]) => all.split(" ")[0] ?? "");

test.each(names)("all bytes of %s are what iconv-lite makes of them", (name) => {
  const units = findUnits(name);
  if (units === undefined) throw new Error("no table");
  expect(decodeSingleByte(ALL_BYTES, units)).toBe(iconv.decode(ALL_BYTES, name));
  // A byte that is no UTF-8 in front: not taken for something else.
  expect(decodeCharset(Buffer.concat([Buffer.of(0xff), ALL_BYTES]), name)).toMatchObject({
    text: iconv.decode(Buffer.concat([Buffer.of(0xff), ALL_BYTES]), name),
    isUnknownCharset: false,
  });
});

/** Names that iconv-lite gives to charsets of one byte per character. */
function singleByteNames(): string[] {
  iconv.encodingExists("ascii");
  const { encodings } = iconv as unknown as { encodings: Record<string, { type?: string } | string> };
  return Object.entries(encodings).flatMap(([name, made]) =>
    typeof made === "object" && made.type === "_sbcs" ? [name] : [],
  );
}

test("every single-byte charset that iconv-lite knows is known here", () => {
  const found = singleByteNames();
  expect(found.length).toBeGreaterThan(70);
  const label = (name: string): string =>
    name.replace(/^(iso8859)(\d+)$/, "iso-8859-$2").replace(/^koi8([rut]|ru)$/, "koi8-$1");
  const unknown = found.filter((name) => decodeCharset(Buffer.of(0xff), label(name)).isUnknownCharset);
  expect(unknown).toEqual([]);
});

test.each([
  ["cp437", "ü"],
  ["CP-850", "ü"],
  ["ibm850", "ü"],
  ["csPC850Multilingual", "ü"],
  ["850", "ü"],
  ["IBM00858", "ü"],
  ["iso-ir-226", "\x81"],
  ["ISO_8859-16:2001", "\x81"],
  ["x-mac-ce", "Ā"],
])("%s is found by its label", (label, expected) => {
  expect(decodeCharset(Buffer.of(0x81), label)).toEqual({
    text: expected,
    isUnknownCharset: false,
    isMislabelled: false,
  });
});

test("a charset that has other characters in the place of some of ASCII shows them", () => {
  expect(decodeCharset(Buffer.from("100\\"), "iso-ir-14").text).toBe("100¥");
});

test("text longer than what is decoded at a time comes out whole", () => {
  const text = "é".repeat(100_001);
  expect(decodeCharset(Buffer.alloc(100_001, 0x82), "cp437").text).toBe(text);
});
