import { asBuffer } from "../bytes/as-buffer.js";
import { SEXTETS } from "../bytes/digits.js";
import { writeBase64 } from "./write-base64.js";

const LF = 0x0a;
const PAD = 0x3d;
const BETWEEN = 64;
const VALUES = /* @__PURE__ */ valuesByByte();
const FIRST_LINE_BYTES = 128;
/** A call into native code costs more than so many bytes do here. */
const SHORT_BYTES = 64;

/** What is looked at to tell another piece from a footer. */
export const CHECKED_BYTES = 65_536;

/**
 * Decodes base64 (RFC 2045 §6.8) leniently: characters outside the alphabet are skipped, and pieces that were padded
 * one by one are decoded one by one. Answers `undefined` when the first line already shows that it is something else.
 */
export function decodeBase64(encoded: Uint8Array): Buffer | undefined {
  const bytes = asBuffer(encoded);
  if (!startsLikeBase64(bytes)) return undefined;
  const firstPad = bytes.indexOf(PAD);
  const isWhole = firstPad < 0 || onlyPadding(bytes, firstPad);
  const decoded = Buffer.allocUnsafeSlow(Math.ceil((bytes.length * 3) / 4) + 3);
  // Written into memory of our own: Buffer.from() would take as much, and then look for less.
  if (isWhole) return withoutSlack(decoded, writeBase64(bytes, decoded));
  let length = decoded.write(bytes.toString("latin1", 0, firstPad), 0, "base64");
  let from = skipPadding(bytes, firstPad);
  while (from < bytes.length) {
    const pad = bytes.indexOf(PAD, from);
    const end = pad < 0 ? bytes.length : skipPadding(bytes, pad);
    if (isPiece(bytes, from, end)) length += decodePiece(bytes, from, end, decoded, length);
    from = end;
  }
  return withoutSlack(decoded, length);
}

/** A little more memory than is needed is kept; a lot is not. */
function withoutSlack(decoded: Buffer, length: number): Buffer {
  const used = decoded.subarray(0, length);
  return length * 2 < decoded.length ? Buffer.from(used) : used;
}

/** Writes the bytes of a whole piece to `target` and answers how many there are. */
function decodePiece(bytes: Buffer, from: number, end: number, target: Buffer, start: number): number {
  if (end - from > SHORT_BYTES) return target.write(bytes.toString("latin1", from, end), start, "base64");
  let length = start;
  let bits = 0;
  let buffered = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === PAD) continue;
    buffered = ((buffered << 6) | (VALUES[byte] ?? 0)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    target[length++] = buffered >> bits;
  }
  return length - start;
}

/** Past the padding that starts at `from`. */
export function skipPadding(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === PAD) at++;
  return at;
}

/** What follows padding is another piece only when it is whole; else it is a remark or a footer. */
export function isPiece(bytes: Buffer, from: number, end: number): boolean {
  const stop = Math.min(end, from + CHECKED_BYTES);
  let count = 0;
  for (let at = from; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (VALUES[byte] === -1) return false;
    if (byte > 0x20) count++;
  }
  return stop < end || count % 4 === 0;
}

/** Whether the first line, as far as it shows, is base64. */
export function startsLikeBase64(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at++;
  const stop = Math.min(bytes.length, at + FIRST_LINE_BYTES);
  for (; at < stop && bytes[at] !== LF && bytes[at] !== PAD; at++)
    if (VALUES[bytes[at] ?? 0] === -1) return false;
  return true;
}

function onlyPadding(bytes: Buffer, from: number): boolean {
  if (bytes.length - from > 64) return false;
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== PAD && (bytes[at] ?? 0) > 0x20) return false;
  return true;
}

/** By byte: the six bits, in either alphabet of RFC 4648; or that it may stand between them; or -1. */
function valuesByByte(): Int8Array {
  const values = SEXTETS.slice();
  values[0x2d] = 62;
  values[0x5f] = 63;
  for (const character of "=\r\n\t ") values[character.charCodeAt(0)] = BETWEEN;
  return values;
}
