import { asBuffer } from "../bytes/as-buffer.js";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Turns CRLF, lone CR, and the CR CR LF of doubly converted text into LF, for bytes of any charset in which these two
 * stand for themselves: all but UTF-16.
 */
export function toLfBytes(text: Uint8Array): Buffer {
  const bytes = asBuffer(text);
  if (!bytes.includes(CR)) return bytes;
  const converted = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== CR) converted[length++] = byte;
    else if (bytes[at + 1] !== LF && !(bytes[at + 1] === CR && bytes[at + 2] === LF))
      converted[length++] = LF;
  }
  return converted.subarray(0, length);
}

/** The same for text. */
export function toLfText(text: string): string {
  if (!text.includes("\r")) return text;
  // All at once: what one replacement leaves must not become a line end for the next.
  return text.replace(/\r?\r\n|\r/g, "\n");
}
