import { SEXTETS } from "../bytes/digits.js";

const PLUS = 0x2b;
const MINUS = 0x2d;

/** Decodes UTF-7 (RFC 2152) leniently: what is not valid stays as it stands. */
export function decodeUtf7(bytes: Buffer): string {
  const units = Buffer.allocUnsafe(bytes.length * 2);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== PLUS) {
      length = units.writeUInt16LE(byte, length);
      continue;
    }
    let bits = 0;
    let buffered = 0;
    const start = ++at;
    for (
      let value = SEXTETS[bytes[at] ?? 0] ?? -1;
      value >= 0 && at < bytes.length;
      value = SEXTETS[bytes[at] ?? 0] ?? -1
    ) {
      buffered = ((buffered << 6) | value) & 0x3fffff;
      bits += 6;
      if (bits >= 16) {
        bits -= 16;
        length = units.writeUInt16LE((buffered >> bits) & 0xffff, length);
      }
      at++;
    }
    if (at === start) length = units.writeUInt16LE(PLUS, length);
    // The hyphen that ends a run belongs to it; anything else is text.
    if (bytes[at] !== MINUS || at >= bytes.length) at--;
  }
  return units.toString("utf16le", 0, length);
}
