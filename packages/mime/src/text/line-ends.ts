import { asBuffer } from "../bytes/as-buffer.js";
import { copyRange, findByte } from "../bytes/find-byte.js";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Turns CRLF, lone CR, and the CR CR LF of doubly converted text into LF, for bytes of any charset in which these two
 * stand for themselves: all but UTF-16.
 */
export function toLfBytes(text: Uint8Array): Buffer {
  const bytes = asBuffer(text);
  const first = bytes.indexOf(CR);
  if (first < 0) return bytes;
  const converted = Buffer.allocUnsafe(bytes.length);
  let length = copyRange(bytes, 0, first, converted, 0);
  for (let at = first; at < bytes.length; ) {
    const isPart = bytes[at + 1] === LF || (bytes[at + 1] === CR && bytes[at + 2] === LF);
    if (!isPart) converted[length++] = LF;
    const from = at + 1;
    at = findByte(bytes, CR, from);
    length = copyRange(bytes, from, at, converted, length);
  }
  return converted.subarray(0, length);
}

/** The same for text. */
export function toLfText(text: string): string {
  if (!text.includes("\r")) return text;
  // All at once: what one replacement leaves must not become a line end for the next.
  return text.replace(/\r?\r\n|\r/g, "\n");
}
