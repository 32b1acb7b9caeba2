const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const MAX_NAME_BYTES = 128;

/** Where a header block stops and the body begins, as offsets into the message. */
export interface HeaderExtent {
  readonly headerEnd: number;
  readonly bodyStart: number;
  /** A line that is no header field stood where one was due. */
  readonly malformed: boolean;
  /** The block was longer than allowed; what is past `headerEnd` and before `bodyStart` is not read. */
  readonly tooLong: boolean;
}

/**
 * Finds the end of the header block that starts at `start` (RFC 5322 §2.1): the first empty line, a line for which
 * `isDelimiter` holds, or a tail of lines of which none looks like a header field (the empty line is missing then).
 */
export function findHeaderExtent(
  bytes: Buffer,
  start: number,
  end: number,
  maxBytes: number,
  isDelimiter: (lineStart: number) => boolean,
): HeaderExtent {
  const limit = Math.min(end, start + maxBytes);
  let line = start;
  let garbage = -1;
  let malformed = false;
  while (line < limit) {
    const first = bytes[line];
    if (first === LF)
      return extent(garbage < 0 ? line : garbage, garbage < 0 ? line + 1 : garbage, malformed);
    if (first === CR && bytes[line + 1] === LF)
      return extent(garbage < 0 ? line : garbage, garbage < 0 ? line + 2 : garbage, malformed);
    if (first === 0x2d && bytes[line + 1] === 0x2d && isDelimiter(line)) return extent(line, line, true);
    if (first !== SPACE && first !== TAB) {
      if (isFieldStart(bytes, line, end)) garbage = -1;
      else {
        malformed = true;
        if (garbage < 0) garbage = line;
      }
    }
    const next = bytes.indexOf(LF, line);
    if (next < 0 || next >= end)
      return extent(garbage < 0 ? end : garbage, garbage < 0 ? end : garbage, malformed);
    line = next + 1;
  }
  if (line >= end) return extent(garbage < 0 ? end : garbage, garbage < 0 ? end : garbage, malformed);
  return { headerEnd: line, bodyStart: skipToEmptyLine(bytes, line, end), malformed, tooLong: true };
}

function extent(headerEnd: number, bodyStart: number, malformed: boolean): HeaderExtent {
  return { headerEnd, bodyStart, malformed, tooLong: false };
}

/** A field name is printable ASCII without colon and space (RFC 5322 §3.6.8); space before the colon is tolerated. */
function isFieldStart(bytes: Buffer, start: number, end: number): boolean {
  const stop = Math.min(end, start + MAX_NAME_BYTES);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COLON) return at > start;
    if (byte > 0x20 && byte < 0x7f) continue;
    if (byte !== SPACE && byte !== TAB) return false;
    while (at < stop && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
    return at < stop && bytes[at] === COLON;
  }
  return false;
}

function skipToEmptyLine(bytes: Buffer, from: number, end: number): number {
  const bare = bytes.indexOf("\n\n", from - 1, "latin1");
  const withCr = bytes.indexOf("\n\r\n", from - 1, "latin1");
  const candidates = [end];
  if (bare >= 0) candidates.push(bare + 2);
  if (withCr >= 0) candidates.push(withCr + 3);
  return Math.min(...candidates);
}
