import { asBuffer } from "../bytes/as-buffer.js";
import { findLineEnd } from "../bytes/find-line-end.js";

const LF = 0x0a;
const SPACE = 0x20;
const QUOTE = 0x3e;
const HYPHEN = 0x2d;
/** A call into native code costs more than so many bytes do here. */
const SHORT_BYTES = 16;

/**
 * Joins the soft line breaks of `format=flowed` text (RFC 3676 §4); quote marks are kept, space-stuffing is undone.
 * `text` has LF line ends and is in any charset whose line ends, spaces and `>` stand for themselves.
 */
export function decodeFlowed(text: Uint8Array, deleteSpaces = false): Buffer {
  const bytes = asBuffer(text);
  // A quoted line may gain the space between mark and text.
  const joined = Buffer.allocUnsafe(bytes.length + countQuoted(bytes));
  let length = 0;
  let openDepth = -1;
  for (let line = 0; line <= bytes.length; ) {
    const end = findLineEnd(bytes, line);
    let start = line;
    while (start < end && bytes[start] === QUOTE) start++;
    const depth = start - line;
    if (start < end && bytes[start] === SPACE) start++;
    const isSignature = isSignatureMark(bytes, start, end);
    const isFlowed = end > start && bytes[end - 1] === SPACE && !isSignature;
    if (openDepth < 0 || openDepth !== depth || isSignature) {
      if (line > 0) joined[length++] = LF;
      for (let mark = 0; mark < depth; mark++) joined[length++] = QUOTE;
      if (depth > 0 && start < end) joined[length++] = SPACE;
    }
    length = copyRange(bytes, start, isFlowed && deleteSpaces ? end - 1 : end, joined, length);
    openDepth = isFlowed ? depth : -1;
    line = end + 1;
  }
  return joined.subarray(0, length);
}

function copyRange(bytes: Buffer, from: number, to: number, target: Buffer, start: number): number {
  if (to - from > SHORT_BYTES) return start + bytes.copy(target, start, from, to);
  let length = start;
  for (let at = from; at < to; at++) target[length++] = bytes[at] ?? 0;
  return length;
}

/** The mark ends in a space and is fixed all the same (RFC 3676 §4.3). */
function isSignatureMark(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === 3 && bytes[start] === HYPHEN && bytes[start + 1] === HYPHEN && bytes[start + 2] === SPACE
  );
}

function countQuoted(bytes: Buffer): number {
  if (!bytes.includes(QUOTE)) return 0;
  let count = bytes[0] === QUOTE ? 1 : 0;
  for (let at = 0; at + 1 < bytes.length; at++) if (bytes[at] === LF && bytes[at + 1] === QUOTE) count++;
  return count;
}
