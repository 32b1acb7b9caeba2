import { asBuffer } from "../bytes/as-buffer.js";
import { decodeSingleByte } from "./single-byte.js";

const C1 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const UNITS = /* @__PURE__ */ Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte < 0xa0 ? C1.charCodeAt(byte - 0x80) : byte,
);

/**
 * Decodes windows-1252, which is also what mail labelled ISO-8859-1 holds.
 * QUIRK: the `TextDecoder` of some Node 20 and 22 releases leaves 0x80–0x9f as control characters.
 */
export function decodeWindows1252(bytes: Uint8Array): string {
  return hasC1(bytes) ? decodeSingleByte(bytes, UNITS) : asBuffer(bytes).toString("latin1");
}

function hasC1(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (((bytes[at] ?? 0) & 0xe0) === 0x80) return true;
  return false;
}
