import { asBuffer } from "../bytes/as-buffer.js";
import { hexByte } from "../bytes/digits.js";
import { copyRange, findByte } from "../bytes/find-byte.js";

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
  if (hasTrailingBlanks(bytes)) return decodeAndTrim(bytes, isEnd);
  const first = bytes.indexOf(EQUALS);
  return first < 0 ? bytes : decodeFrom(bytes, first, isEnd);
}

function hasTrailingBlanks(bytes: Buffer): boolean {
  for (const lineEnd of [LF, CR]) {
    for (let at = findByte(bytes, lineEnd, 0); at < bytes.length; at = findByte(bytes, lineEnd, at + 1)) {
      const before = bytes[at - 1];
      if (before === SPACE || before === TAB) return true;
    }
  }
  return false;
}

/** What stands between escapes is copied as a whole. */
function decodeFrom(bytes: Buffer, first: number, isEnd: boolean): Buffer {
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = copyRange(bytes, 0, first, decoded, 0);
  for (let at = first; at < bytes.length; ) {
    const next = escapeEnd(bytes, at, isEnd);
    const value = next > at ? hexByte(bytes[at + 1], bytes[at + 2]) : EQUALS;
    if (value >= 0) decoded[length++] = value;
    const from = Math.max(next, at + 1);
    at = findByte(bytes, EQUALS, from);
    length = copyRange(bytes, from, at, decoded, length);
  }
  return decoded.subarray(0, length);
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
