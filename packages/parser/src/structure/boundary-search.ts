import { type LineTables, toLineTables } from "./line-tables.js";

/** A line that separates or ends the parts of an open multipart. */
export interface BoundaryLine {
  /** Offset of its two hyphens. */
  readonly start: number;
  /** Offset of the line after it. */
  readonly next: number;
  /** Level of the multipart it belongs to; 0 is the outermost. */
  readonly level: number;
  /** `--boundary--`: no more parts follow at this level. */
  readonly isClosing: boolean;
  /** More than white space stands behind the boundary. */
  readonly hasText: boolean;
}

const LF = 0x0a;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const MAX_LINE_BYTES = 1_024;
const BLANK = /[\0- ]/;
/** What a native search and a comparison cost, in bytes that could be read one by one in that time. */
const HOP_COST = 64;
const COMPARISON_COST = 256;
const MAX_DEBT = 1_024;
const WALK_BYTES = 65_536;
/** What a walk counts for in steps of the time budget. */
const WALK_STEPS = 64;
/** Walks before another hash is tried. */
const WALKS_PER_HASH = 64;

/**
 * The boundaries of the multiparts that are open at a place of a message, and the search for the next line that is one
 * of them. An outer boundary ends what is inside, closed or not (RFC 2046 §5.1.2); of two multiparts with the same
 * boundary the inner one is meant.
 *
 * The search jumps natively from hyphen to hyphen. Where hyphens are so close that the jumps cost more than they save,
 * as in hostile messages, it walks over some lines byte by byte, so that no message costs more than that.
 */
export class BoundarySearch {
  readonly #bytes: Buffer;
  readonly #boundaries: string[] = [];
  readonly #levels = new Map<string, number[]>();
  /** Nearly all lines are told apart by the byte that follows their hyphens. */
  readonly #firstBytes: number[] = [];
  /** Made for walks only: most messages need none. */
  #tables: LineTables | undefined;
  #debt = 0;
  #walks = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** `boundary` holds one character per byte. */
  push(boundary: string): void {
    const level = this.#boundaries.push(boundary) - 1;
    const levels = this.#levels.get(boundary);
    if (levels === undefined) this.#levels.set(boundary, [level]);
    else levels.push(level);
    this.#firstBytes.push(boundary.charCodeAt(0));
    this.#tables = undefined;
  }

  pop(): void {
    const boundary = this.#boundaries.pop();
    if (boundary === undefined) return;
    const levels = this.#levels.get(boundary);
    levels?.pop();
    if (levels?.length === 0) this.#levels.delete(boundary);
    this.#firstBytes.pop();
    this.#tables = undefined;
  }

  /** The first boundary at or after `from`, which is the start of a line; `undefined` when there is none. */
  next(from: number, isTimeUp: (steps: number) => boolean): BoundaryLine | undefined {
    const bytes = this.#bytes;
    for (let at = from; ; ) {
      const hyphen = bytes.indexOf(HYPHEN, at);
      if (hyphen < 0 || isTimeUp(1)) return undefined;
      this.#debt = Math.max(0, this.#debt + HOP_COST - (hyphen - at));
      const found = hyphen === from || bytes[hyphen - 1] === LF ? this.match(hyphen) : undefined;
      if (found !== undefined) return found;
      at = hyphen + 1;
      if (this.#debt < MAX_DEBT) continue;
      const lineEnd = bytes.indexOf(LF, at);
      if (lineEnd < 0) return undefined;
      at = this.#walk(lineEnd + 1);
      this.#debt = 0;
      if (isTimeUp(WALK_STEPS)) return undefined;
      // One line in a hundred looks like a boundary to a hash, and a message may hold nothing but that line.
      if (++this.#walks % WALKS_PER_HASH === 0) this.#tables = undefined;
    }
  }

  /** The boundary that is the line from `start` on, if it is one. */
  match(start: number): BoundaryLine | undefined {
    const bytes = this.#bytes;
    if (bytes[start] !== HYPHEN || bytes[start + 1] !== HYPHEN) return undefined;
    if (!this.#firstBytes.includes(bytes[start + 2] ?? 0)) return undefined;
    this.#debt += COMPARISON_COST;
    const found = bytes.indexOf(LF, start);
    const lineEnd = found < 0 ? bytes.length : found;
    if (lineEnd - start > MAX_LINE_BYTES) return undefined;
    const line = withoutPadding(bytes.toString("latin1", start + 2, lineEnd));
    const next = Math.min(lineEnd + 1, bytes.length);
    const open = this.#levels.get(line)?.at(-1);
    if (open !== undefined) return { start, next, level: open, isClosing: false, hasText: false };
    const closed = line.endsWith("--") ? this.#levels.get(line.slice(0, -2))?.at(-1) : undefined;
    if (closed !== undefined) return { start, next, level: closed, isClosing: true, hasText: false };
    const boundary = this.#startOf(line);
    const level = this.#levels.get(boundary)?.at(-1);
    if (level === undefined) return undefined;
    return { start, next, level, isClosing: line.startsWith("--", boundary.length), hasText: true };
  }

  /**
   * The longest open boundary that the line starts with, white space and something else behind it; else nothing. A line
   * need not be a boundary as a whole (RFC 2046 §5.1.1), and readers that compare no further see another part there.
   */
  #startOf(line: string): string {
    let longest = "";
    // Without white space in it a line is a boundary as a whole, or none.
    if (!BLANK.test(line)) return longest;
    for (const boundary of this.#levels.keys()) {
      if (boundary.length <= longest.length || !endsWord(line, boundary.length)) continue;
      // Rules of hyphens are common in text.
      if (line.startsWith(boundary) && /[0-9A-Za-z]/.test(boundary)) longest = boundary;
    }
    return longest;
  }

  /**
   * Walks over the lines from `from` on, or to one that is a boundary by its hash, and answers where it starts. Every
   * third byte is enough to meet an LF and two hyphens.
   */
  #walk(from: number): number {
    const bytes = this.#bytes;
    this.#tables = toLineTables(this.#boundaries, this.#tables);
    const { multiplier, mark, firstBytes, hashes, shift } = this.#tables;
    const length = bytes.length;
    const stop = Math.min(length, from + WALK_BYTES);
    let at = from - 1;
    for (; at < stop; at += 3) {
      const byte = bytes[at];
      let line = at + 1;
      if (byte === HYPHEN) {
        if (bytes[at - 1] === LF) line = at;
        else if (bytes[at - 1] === HYPHEN && bytes[at - 2] === LF) line = at - 1;
        else continue;
      } else if (byte !== LF) continue;
      if (bytes[line] !== HYPHEN || bytes[line + 1] !== HYPHEN) continue;
      if (firstBytes[bytes[line + 2] ?? 0] !== mark) continue;
      let hash = 0;
      for (at = line + 2; ; at++) {
        const byte = bytes[at] ?? LF;
        if (byte <= SPACE && hashes[hash >>> shift] === mark) return line;
        if (byte === LF) break;
        hash = Math.imul(hash ^ byte, multiplier);
      }
      at -= 3;
    }
    const lineEnd = bytes.indexOf(LF, at - 3);
    return lineEnd < 0 ? length : lineEnd + 1;
  }
}

/** Whether white space stands in the line at `end`, or behind two hyphens there. */
function endsWord(line: string, end: number): boolean {
  return line.charCodeAt(line.startsWith("--", end) ? end + 2 : end) <= SPACE;
}

/** Transports add white space to lines; the end of a boundary never is any. */
export function withoutPadding(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) <= SPACE) end--;
  return line.slice(0, end);
}
