const C1 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const UNITS = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte < 0xa0 ? C1.charCodeAt(byte - 0x80) : byte,
);

/** Decoded at a time, so that a text takes the memory of its string and no more. */
const PIECE_BYTES = 32_768;

/**
 * Decodes windows-1252, which is also what mail labelled ISO-8859-1 holds.
 * QUIRK: the `TextDecoder` of some Node 20 and 22 releases leaves 0x80–0x9f as control characters.
 */
export function decodeWindows1252(bytes: Buffer): string {
  if (!hasC1(bytes)) return bytes.toString("latin1");
  const units = Buffer.allocUnsafe(Math.min(bytes.length, PIECE_BYTES) * 2);
  let text = "";
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) text += decodePiece(bytes, from, units);
  return text;
}

function decodePiece(bytes: Buffer, from: number, units: Buffer): string {
  const end = Math.min(from + PIECE_BYTES, bytes.length);
  let length = 0;
  for (let at = from; at < end; at++) {
    const unit = UNITS[bytes[at] ?? 0] ?? 0;
    units[length++] = unit & 0xff;
    units[length++] = unit >> 8;
  }
  return units.toString("utf16le", 0, length);
}

function hasC1(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) if (((bytes[at] ?? 0) & 0xe0) === 0x80) return true;
  return false;
}
