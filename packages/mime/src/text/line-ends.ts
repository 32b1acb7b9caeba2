import { asBuffer } from "../bytes/as-buffer.js";
import { ByteFinder } from "../bytes/byte-finder.js";
import { RangeMover } from "../bytes/range-mover.js";

const LF = 0x0a;
const CR = 0x0d;

/**
 * Turns CRLF, lone CR, and the CR CR LF of doubly converted text into LF, for bytes of any charset in which these two
 * stand for themselves: all but UTF-16.
 */
export function toLfBytes(text: Uint8Array): Buffer {
  const bytes = asBuffer(text);
  if (!bytes.includes(CR)) return bytes;
  const converted = new RangeMover(bytes, new ByteFinder(bytes));
  for (let at = converted.keepUpTo("\r", 0); at < bytes.length; ) {
    const next = bytes[at + 1];
    const isPart = next === LF || (next === CR && bytes[at + 2] === LF);
    if (!isPart) converted.add(LF);
    at = next === CR ? at + 1 : converted.keepUpTo("\r", at + 1);
  }
  return converted.kept;
}

/** The same for text. */
export function toLfText(text: string): string {
  if (!text.includes("\r")) return text;
  // Most texts have nothing but CRLF, and for a plain string this takes a third of the time.
  const plain = text.replaceAll("\r\n", "\n");
  if (!plain.includes("\r")) return plain;
  // All at once, and of the whole: what one replacement leaves must not become a line end for the next.
  return text.replace(/\r?\r\n|\r/g, "\n");
}
