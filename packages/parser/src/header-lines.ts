const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const HYPHEN = 0x2d;
const MAX_NAME_BYTES = 128;
const FIRST_WINDOW_BYTES = 1_024;
const WINDOW_GROWTH = 8;
const EMPTY_LINE = Buffer.from("\n\n");
const EMPTY_LINE_CRLF = Buffer.from("\n\r\n");
const DELIMITER_START = Buffer.from("\n--");

/** Where a header block stops and the body begins, as offsets into the message. */
export interface HeaderExtent {
  readonly headerEnd: number;
  readonly bodyStart: number;
  /** A line that is no header field stood where one was due. */
  readonly malformed: boolean;
  /** The block was longer than allowed; what is past `headerEnd` and before `bodyStart` is not read. */
  readonly tooLong: boolean;
}

/** Finds where header blocks of one message end (RFC 5322 §2.1). */
export class HeaderFinder {
  readonly #bytes: Buffer;
  /** The empty line found last, and from where it is the next one. */
  #known: { readonly from: number; readonly empty: HeaderExtent } | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /**
   * The block that starts at `start` ends at the first empty line, at a line for which `isDelimiter` holds, or before a
   * tail of lines of which none looks like a header field (the empty line is missing then).
   */
  find(start: number, maxBytes: number, isDelimiter: (lineStart: number) => boolean): HeaderExtent {
    const bytes = this.#bytes;
    if (bytes[start] === LF) return extent(start, start + 1, false);
    if (bytes[start] === CR && bytes[start + 1] === LF) return extent(start, start + 2, false);
    if (bytes[start] === HYPHEN && bytes[start + 1] === HYPHEN && isDelimiter(start))
      return extent(start, start, true);
    const empty = this.#findEmptyLine(start);
    if (empty.headerEnd - start > maxBytes)
      return { headerEnd: start + maxBytes, bodyStart: empty.bodyStart, malformed: false, tooLong: true };
    const mayHaveDelimiter = bytes.subarray(start, empty.headerEnd).includes(DELIMITER_START);
    if (!mayHaveDelimiter && endsWithField(bytes, start, empty.headerEnd)) return empty;
    return walkLines(bytes, start, empty, isDelimiter);
  }

  #findEmptyLine(start: number): HeaderExtent {
    const known = this.#known;
    if (known !== undefined && start >= known.from && start < known.empty.headerEnd) return known.empty;
    const empty = findEmptyLine(this.#bytes, start);
    this.#known = { from: start, empty };
    return empty;
  }
}

function extent(headerEnd: number, bodyStart: number, malformed: boolean): HeaderExtent {
  return { headerEnd, bodyStart, malformed, tooLong: false };
}

/** Looks in growing windows, so that neither kind of line end is searched through the whole message in vain. */
function findEmptyLine(bytes: Buffer, start: number): HeaderExtent {
  let from = start;
  for (let size = FIRST_WINDOW_BYTES; from < bytes.length; size *= WINDOW_GROWTH) {
    const window = bytes.subarray(from, from + size);
    const withCr = window.indexOf(EMPTY_LINE_CRLF);
    const bare = (withCr < 0 ? window : window.subarray(0, withCr + 1)).indexOf(EMPTY_LINE);
    if (bare >= 0) return extent(from + bare + 1, from + bare + 2, false);
    if (withCr >= 0) return extent(from + withCr + 1, from + withCr + 3, false);
    // An empty line may lie across the edge.
    from += window.length > 2 ? window.length - 2 : window.length;
    if (from + 2 >= bytes.length) break;
  }
  return extent(bytes.length, bytes.length, false);
}

/** Whether the last line of the block that is no continuation is a field. */
function endsWithField(bytes: Buffer, start: number, end: number): boolean {
  let line = end;
  do {
    line = bytes.lastIndexOf(LF, line - 2) + 1;
    if (line <= start) return isFieldStart(bytes, start, end);
  } while (bytes[line] === SPACE || bytes[line] === TAB);
  return isFieldStart(bytes, line, end);
}

function walkLines(
  bytes: Buffer,
  start: number,
  empty: HeaderExtent,
  isDelimiter: (lineStart: number) => boolean,
): HeaderExtent {
  const end = empty.headerEnd;
  let garbage = -1;
  let malformed = false;
  for (let line = start; line < end; ) {
    const first = bytes[line];
    if (first === HYPHEN && bytes[line + 1] === HYPHEN && isDelimiter(line)) return extent(line, line, true);
    if (first !== SPACE && first !== TAB) {
      if (isFieldStart(bytes, line, end)) garbage = -1;
      else {
        malformed = true;
        if (garbage < 0) garbage = line;
      }
    }
    const next = bytes.indexOf(LF, line);
    line = next < 0 ? end : next + 1;
  }
  return garbage < 0 ? { ...empty, malformed } : extent(garbage, garbage, malformed);
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
