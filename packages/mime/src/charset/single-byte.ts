import { SINGLE_BYTE_TABLES } from "./single-byte-tables.js";

/** Decoded at a time, so that a text takes the memory of its string and no more. */
const PIECE_BYTES = 32_768;
const REPLACEMENT = 0xfffd;

/** Names without punctuation to the place of their table. */
const PLACES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ SINGLE_BYTE_TABLES.flatMap(([names], place) =>
    names.split(" ").map((name): [string, number] => [name, place]),
  ),
);

/** Whether the label is that of a single-byte charset here that has other characters in the place of some of ASCII. */
export function replacesAscii(label: string): boolean {
  return findTable(label)?.[2] === 0;
}

/** The UTF-16 code units by byte of a charset, found by its label whatever the punctuation: `cp850`, `ibm-850`, `850`. */
export function findUnits(label: string): Uint16Array | undefined {
  const table = findTable(label);
  if (table === undefined) return undefined;
  const [, characters, first = 0x80] = table;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    if (byte < first) return byte;
    return byte - first < characters.length ? characters.charCodeAt(byte - first) : REPLACEMENT;
  });
}

function findTable(label: string): (typeof SINGLE_BYTE_TABLES)[number] | undefined {
  const name = label.replace(/[^a-z0-9]/g, "").replace(/^x(?=mac|viscii|roman|r8)/, "");
  const number = /^(?:cs)?(?:ibm|cp|dos|oem)?0{0,2}(\d{3,5})$/.exec(name)?.[1];
  const place = PLACES.get(number === undefined ? name : `cp${number}`);
  return place === undefined ? undefined : SINGLE_BYTE_TABLES[place];
}

/** Decodes by a table of 256 UTF-16 code units. */
export function decodeSingleByte(bytes: Uint8Array, units: Uint16Array): string {
  const target = Buffer.allocUnsafe(Math.min(bytes.length, PIECE_BYTES) * 2);
  let text = "";
  for (let from = 0; from < bytes.length; from += PIECE_BYTES)
    text += decodePiece(bytes, from, units, target);
  return text;
}

function decodePiece(bytes: Uint8Array, from: number, units: Uint16Array, target: Buffer): string {
  const end = Math.min(from + PIECE_BYTES, bytes.length);
  let length = 0;
  for (let at = from; at < end; at++) {
    const unit = units[bytes[at] ?? 0] ?? 0;
    target[length++] = unit & 0xff;
    target[length++] = unit >> 8;
  }
  return target.toString("utf16le", 0, length);
}
