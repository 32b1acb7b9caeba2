import { ByteFinder } from "@mailwright/mime";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const HYPHEN = 0x2d;
const MAX_NAME_BYTES = 128;
const WINDOW_BYTES = 512;

/** Where a header block stops and the body begins, as offsets into the message. */
export interface HeaderExtent {
  readonly headerEnd: number;
  readonly bodyStart: number;
  /** A line that is no header field stood where one was due. */
  readonly isMalformed: boolean;
  /** The block was longer than allowed; what is past `headerEnd` and before `bodyStart` is not read. */
  readonly isTooLong: boolean;
}

/** What header blocks may still hold. */
export interface HeaderAllowance {
  bytes: number;
  lines: number;
}

/** Tells whether a line that starts with two hyphens separates parts. */
type DelimiterTest = (lineStart: number) => boolean;

/** Finds where the header blocks of one message end (RFC 5322 §2.1). */
export class HeaderFinder {
  readonly #bytes: Buffer;
  readonly #lines: ByteFinder;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#lines = new ByteFinder(bytes, WINDOW_BYTES);
  }

  /**
   * The block that starts at `start` ends at the first empty line, at a line for which `isDelimiter` holds, or before a
   * tail of lines of which none looks like a header field (the empty line is missing then). What it holds is taken off
   * the allowance.
   */
  find(start: number, allowance: HeaderAllowance, isDelimiter: DelimiterTest): HeaderExtent {
    const found = this.#walk(start, allowance, isDelimiter);
    allowance.bytes = Math.max(0, allowance.bytes - (found.headerEnd - start));
    return found;
  }

  #walk(start: number, allowance: HeaderAllowance, isDelimiter: DelimiterTest): HeaderExtent {
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length, start + allowance.bytes);
    let tail = -1;
    let isMalformed = false;
    let line = start;
    for (; line < limit && allowance.lines > 0; allowance.lines--) {
      const first = bytes[line];
      const second = bytes[line + 1];
      if (first === LF || (first === CR && second === LF)) {
        if (tail >= 0) return extent(tail, tail, isMalformed);
        return extent(line, line + (first === LF ? 1 : 2), isMalformed);
      }
      const lineEnd = this.#lines.find("\n", line);
      if (first === HYPHEN && second === HYPHEN && isDelimiter(line)) return extent(line, line, true);
      if (first !== SPACE && first !== TAB) {
        if (isFieldStart(bytes, line, lineEnd)) tail = -1;
        else {
          isMalformed = true;
          if (tail < 0) tail = line;
        }
      }
      line = lineEnd + 1;
    }
    if (tail >= 0) return extent(tail, tail, isMalformed);
    const headerEnd = Math.min(line, limit);
    if (headerEnd === bytes.length) return extent(headerEnd, headerEnd, isMalformed);
    return { headerEnd, bodyStart: findBody(bytes, headerEnd), isMalformed, isTooLong: true };
  }
}

function extent(headerEnd: number, bodyStart: number, isMalformed: boolean): HeaderExtent {
  return { headerEnd, bodyStart, isMalformed, isTooLong: false };
}

/** Past the next empty line. Of the line ends around one, every other byte is enough to meet one. */
function findBody(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at += 2) {
    const byte = bytes[at];
    if (byte === LF) {
      if (bytes[at + 1] === LF) return at + 2;
      if (bytes[at - 1] === LF) return at + 1;
      if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    } else if (byte === CR && bytes[at - 1] === LF && bytes[at + 1] === LF) return at + 2;
  }
  return bytes.length;
}

/** A field name is printable ASCII without colon and space (RFC 5322 §3.6.8); space before the colon is tolerated. */
function isFieldStart(bytes: Buffer, start: number, end: number): boolean {
  const stop = Math.min(end, start + MAX_NAME_BYTES);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) return at > start;
    if (byte > SPACE && byte < 0x7f) continue;
    if (byte !== SPACE && byte !== TAB) return false;
    while (at < stop && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    return at < stop && bytes[at] === COLON;
  }
  return false;
}
