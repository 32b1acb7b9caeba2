import { asBuffer } from "../bytes/as-buffer.js";
import { ByteFinder } from "../bytes/byte-finder.js";
import { hexByte } from "../bytes/digits.js";
import { RangeMover } from "../bytes/range-mover.js";

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/**
 * Decodes quoted-printable (RFC 2045 §6.7) leniently: an `=` that starts nothing valid stands for itself, and white
 * space at the end of a line, which transports add, is dropped.
 */
export function decodeQuotedPrintable(encoded: Uint8Array): Buffer {
  return decodeEscapes(asBuffer(encoded), true);
}

/** The same for a part of a body: an `=` before its end is a soft line break only if the body ends there, too. */
export function decodeEscapes(bytes: Buffer, isEnd: boolean): Buffer {
  const finder = new ByteFinder(bytes);
  if (hasTrailingBlanks(bytes, finder)) return decodeAndTrim(bytes, isEnd);
  return bytes.includes(EQUALS) ? decodeLines(bytes, finder, isEnd) : bytes;
}

function hasTrailingBlanks(bytes: Buffer, finder: ByteFinder): boolean {
  for (const lineEnd of ["\n", "\r"]) {
    for (let at = finder.find(lineEnd, 0); at < bytes.length; at = finder.find(lineEnd, at + 1)) {
      const before = bytes[at - 1];
      if (before === SPACE || before === TAB) return true;
    }
  }
  return false;
}

/** What stands between escapes is moved as a whole. */
function decodeLines(bytes: Buffer, finder: ByteFinder, isEnd: boolean): Buffer {
  const decoded = new RangeMover(bytes, finder);
  for (let at = decoded.keepUpTo("=", 0); at < bytes.length; ) {
    const next = escapeEnd(bytes, at, isEnd);
    const value = next > at ? hexByte(bytes[at + 1], bytes[at + 2]) : EQUALS;
    if (value >= 0) decoded.add(value);
    const from = Math.max(next, at + 1);
    // Characters past ASCII are several escapes.
    at = bytes[from] === EQUALS ? from : decoded.keepUpTo("=", from);
  }
  return decoded.kept;
}

function decodeAndTrim(bytes: Buffer, isEnd: boolean): Buffer {
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  // Up to here the output came from escapes or ended a line: white space before it is meant.
  let solid = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === EQUALS) {
      const next = escapeEnd(bytes, at, isEnd);
      if (next > at) {
        const value = hexByte(bytes[at + 1], bytes[at + 2]);
        if (value >= 0) decoded[length++] = value;
        at = next - 1;
        solid = length;
        continue;
      }
    } else if (byte === LF || byte === CR) {
      while (length > solid && (decoded[length - 1] === SPACE || decoded[length - 1] === TAB)) length--;
      solid = length + 1;
    }
    decoded[length++] = byte;
  }
  return decoded.subarray(0, length);
}

/** Past the escape or soft line break that the `=` at `at` starts; `at` itself where it starts none. */
function escapeEnd(bytes: Buffer, at: number, isEnd: boolean): number {
  if (hexByte(bytes[at + 1], bytes[at + 2]) >= 0) return at + 3;
  const next = softBreakEnd(bytes, at + 1, isEnd);
  return next < 0 ? at : next;
}

/** Where the next line starts when only white space stands before the line end, else -1. */
function softBreakEnd(bytes: Buffer, from: number, isEnd: boolean): number {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === TAB) at++;
  if (at >= bytes.length) return isEnd ? at : -1;
  if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2;
  return bytes[at] === LF || bytes[at] === CR ? at + 1 : -1;
}
