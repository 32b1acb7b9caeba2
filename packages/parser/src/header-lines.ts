const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const HYPHEN = 0x2d;
const MAX_NAME_BYTES = 128;
const NEAR_BYTES = 8;

/** Where a header block stops and the body begins, as offsets into the message. */
export interface HeaderExtent {
  readonly headerEnd: number;
  readonly bodyStart: number;
  /** A line that is no header field stood where one was due. */
  readonly malformed: boolean;
  /** The block was longer than allowed; what is past `headerEnd` and before `bodyStart` is not read. */
  readonly tooLong: boolean;
}

/** The lines up to an empty one. */
interface Lines {
  readonly start: number;
  readonly empty: HeaderExtent;
  /** Where the last line starts that is no continuation. */
  readonly lastField: number;
  /** Where the last line after the first starts that has two hyphens in front, or -1. */
  readonly lastHyphens: number;
}

/** Finds where header blocks of one message end (RFC 5322 §2.1). */
export class HeaderFinder {
  readonly #bytes: Buffer;
  /** What was found last: a block that starts in it ends with it. */
  #known: Lines | undefined;

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
    const { empty, lastField, lastHyphens } = this.#linesFrom(start);
    if (empty.headerEnd - start > maxBytes)
      return { headerEnd: start + maxBytes, bodyStart: empty.bodyStart, malformed: false, tooLong: true };
    if (lastHyphens <= start && isFieldStart(bytes, Math.max(start, lastField), empty.headerEnd))
      return empty;
    return walkLines(bytes, start, empty, isDelimiter);
  }

  #linesFrom(start: number): Lines {
    const known = this.#known;
    if (known !== undefined && start >= known.start && start < known.empty.headerEnd) return known;
    const lines = findEmptyLine(this.#bytes, start);
    this.#known = lines;
    return lines;
  }
}

function extent(headerEnd: number, bodyStart: number, malformed: boolean): HeaderExtent {
  return { headerEnd, bodyStart, malformed, tooLong: false };
}

/** From line to line: searches for one byte are far cheaper to start than those for several. */
function findEmptyLine(bytes: Buffer, start: number): Lines {
  let lastField = start;
  let lastHyphens = -1;
  for (let end = findLf(bytes, start); end >= 0; end = findLf(bytes, end + 1)) {
    const line = end + 1;
    const first = bytes[line];
    if (first === LF) return { start, empty: extent(line, line + 1, false), lastField, lastHyphens };
    if (first === CR && bytes[line + 1] === LF)
      return { start, empty: extent(line, line + 2, false), lastField, lastHyphens };
    if (first === HYPHEN && bytes[line + 1] === HYPHEN) lastHyphens = line;
    if (first !== SPACE && first !== TAB && first !== undefined) lastField = line;
  }
  return { start, empty: extent(bytes.length, bytes.length, false), lastField, lastHyphens };
}

/** Millions of lines of a few bytes, as hostile messages have them, are read faster than searched one by one. */
function findLf(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  for (let at = from; at < near; at++) if (bytes[at] === LF) return at;
  return bytes.indexOf(LF, near);
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
