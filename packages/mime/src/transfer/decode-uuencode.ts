import { asBuffer } from "../bytes/as-buffer.js";
import { findLineEnd } from "../bytes/find-line-end.js";

/** A file found in uuencoded form. */
export interface UuencodedFile {
  readonly filename: string;
  readonly content: Buffer;
  /** Offsets of the whole block, from `begin` to past the line `end`. */
  readonly start: number;
  readonly end: number;
}

const LF = 0x0a;
const SPACE = 0x20;
const END = /* @__PURE__ */ Buffer.from("end");
const MAX_NAME_BYTES = 1_024;
const MAX_LINE_BYTES = 128;

/**
 * Finds the first uuencoded file (`begin 644 name` … `end`, POSIX `uuencode`) at or after `from`. A block counts only
 * when its data line and its end are there, so that a sentence that starts with "begin 100 …" is left alone.
 */
export function decodeUuencode(text: Uint8Array, from = 0): UuencodedFile | undefined {
  const bytes = asBuffer(text);
  let search = from;
  for (let attempts = 0; attempts < 1_000; attempts++) {
    const start = findLine(bytes, "begin ", search);
    if (start < 0) return undefined;
    const lineEnd = findLineEnd(bytes, start);
    const filename = readFilename(bytes, start, lineEnd);
    if (filename !== undefined) {
      const file = readLines(bytes, lineEnd + 1);
      if (file !== undefined) return { filename, content: file.content, start, end: file.end };
    }
    search = lineEnd + 1;
  }
  return undefined;
}

function findLine(bytes: Buffer, prefix: string, from: number): number {
  if (
    (from === 0 || bytes[from - 1] === LF) &&
    bytes.toString("latin1", from, from + prefix.length) === prefix
  )
    return from;
  const found = bytes.indexOf(`\n${prefix}`, Math.max(0, from - 1), "latin1");
  return found < 0 ? -1 : found + 1;
}

function readFilename(bytes: Buffer, start: number, lineEnd: number): string | undefined {
  const line = bytes.toString("utf8", start, Math.min(lineEnd, start + MAX_NAME_BYTES)).trimEnd();
  const space = line.indexOf(" ", 6);
  const mode = line.slice(6, space);
  if (
    space < 0 ||
    mode.length < 3 ||
    mode.length > 6 ||
    [...mode].some((digit) => digit < "0" || digit > "7")
  )
    return undefined;
  return line.slice(space + 1).trim();
}

function readLines(bytes: Buffer, from: number): { content: Buffer; end: number } | undefined {
  const dataEnd = findEndLine(bytes, from);
  if (dataEnd === undefined) return undefined;
  const content = Buffer.allocUnsafe(Math.ceil(((dataEnd - from) * 3) / 4) + 64);
  let length = 0;
  for (let line = from; line < dataEnd; ) {
    const lineEnd = findLineEnd(bytes, line);
    length = decodeLine(bytes, line, trimmedEnd(bytes, line, lineEnd), content, length);
    line = lineEnd + 1;
  }
  return {
    content: content.subarray(0, length),
    end: Math.min(findLineEnd(bytes, dataEnd) + 1, bytes.length),
  };
}

/** Where the line `end` starts, when every line before it can be data. */
function findEndLine(bytes: Buffer, from: number): number | undefined {
  for (let line = from; line < bytes.length; ) {
    const lineEnd = findLineEnd(bytes, line);
    const length = trimmedEnd(bytes, line, lineEnd) - line;
    if (length === END.length && bytes.compare(END, 0, length, line, line + length) === 0) return line;
    const count = byteCount(bytes, line, length);
    // QUIRK: some encoders add a check character, others drop trailing spaces.
    if (length > Math.ceil(count / 3) * 4 + 3) return undefined;
    if (length < Math.ceil((count * 4) / 3) - 3) return undefined;
    line = lineEnd + 1;
  }
  return undefined;
}

function trimmedEnd(bytes: Buffer, line: number, lineEnd: number): number {
  let end = Math.min(lineEnd, line + MAX_LINE_BYTES);
  while (end > line && (bytes[end - 1] ?? 0) <= SPACE) end--;
  return end;
}

function byteCount(bytes: Buffer, line: number, length: number): number {
  return length === 0 ? 0 : ((bytes[line] ?? 0) - 32) & 63;
}

function decodeLine(bytes: Buffer, line: number, end: number, content: Buffer, start: number): number {
  let length = start;
  let left = byteCount(bytes, line, end - line);
  for (let at = line + 1; left > 0; at += 4) {
    const a = sixBits(bytes, at, end);
    const b = sixBits(bytes, at + 1, end);
    const c = sixBits(bytes, at + 2, end);
    const d = sixBits(bytes, at + 3, end);
    content[length++] = (a << 2) | (b >> 4);
    if (left > 1) content[length++] = ((b & 15) << 4) | (c >> 2);
    if (left > 2) content[length++] = ((c & 3) << 6) | d;
    left -= 3;
  }
  return length;
}

function sixBits(bytes: Buffer, at: number, end: number): number {
  return at < end ? ((bytes[at] ?? 0) - 32) & 63 : 0;
}
