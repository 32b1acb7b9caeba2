import { findLineEnd, hasHighBytes } from "@mailwright/mime";
import type { DefectLog } from "../message/defect-log.js";
import type { ParseLimits } from "../message/parse-limits.js";
import { type BoundaryLine, BoundarySearch, withoutPadding } from "./boundary-search.js";
import { guessBoundary } from "./guess-boundary.js";
import { type HeaderAllowance, HeaderFinder } from "./header-lines.js";
import { MimeNode } from "./mime-node.js";
import { TimeBudget } from "./time-budget.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const HYPHEN = 0x2d;
const MAX_BOUNDARY_LENGTH = 990;
const SEARCHED_LENGTH = 70;
const MAX_GUESSES = 10;
/** At longer words that start with a boundary, before one of them is taken for it. */
const MAX_LOOKS = 100;
const MAX_QUOTED = 120;
const MAX_EMPTY_BYTES = 65_536;
/** Of headers, read again for each of their lines that may be a delimiter. */
const MAX_REREAD_BYTES = 262_144;
/** Of Content-Type fields of multiparts, over all of them: a thousand have some 100 000. */
const MAX_TYPE_CHARACTERS = 200_000;

/**
 * Finds the MIME tree of a message in one pass (RFC 2046 §5.1): native searches jump from one line with two
 * hyphens to the next, and nothing between them is looked at.
 */
export function scanStructure(bytes: Buffer, limits: ParseLimits, defects: DefectLog): MimeNode {
  return new StructureScanner(bytes, limits, defects).scan();
}

class StructureScanner {
  readonly #bytes: Buffer;
  readonly #limits: ParseLimits;
  readonly #defects: DefectLog;
  readonly #budget: TimeBudget;
  readonly #headers: HeaderFinder;
  readonly #boundaries: BoundarySearch;
  readonly #open: MimeNode[] = [];
  readonly #headersLeft: HeaderAllowance;
  #parts = 0;
  #guesses = 0;
  #typeCharacters = 0;
  #rereadBytes = 0;

  constructor(bytes: Buffer, limits: ParseLimits, defects: DefectLog) {
    this.#bytes = bytes;
    this.#headers = new HeaderFinder(bytes);
    this.#boundaries = new BoundarySearch(bytes);
    this.#limits = limits;
    this.#defects = defects;
    this.#budget = new TimeBudget(limits.timeBudgetMs);
    this.#headersLeft = { bytes: limits.maxHeaderBytes, lines: limits.maxHeaderLines };
  }

  scan(): MimeNode {
    const root = this.#openPart(skipEmptyLines(this.#bytes), undefined);
    if (!root.isMultipart) root.path = "1";
    let leaf: MimeNode | undefined = root.isMultipart ? this.#openPreamble(root) : root;
    let at = root.bodyStart;
    const isTimeUp = (steps: number): boolean => this.#isTimeUp(steps);
    while (this.#open.length > 0) {
      const delimiter = this.#boundaries.next(at, isTimeUp);
      if (delimiter === undefined) break;
      const end = this.#lineBreakBefore(delimiter.start, leaf?.bodyStart ?? at);
      if (leaf !== undefined) leaf.bodyEnd = end;
      leaf = undefined;
      if (delimiter.hasText) this.#tellText(delimiter);
      this.#closeTo(delimiter.level, end);
      at = delimiter.next;
      if (delimiter.isClosing) this.#closeTo(delimiter.level - 1, end, true);
      else {
        if (at >= this.#bytes.length) break;
        if (++this.#parts >= this.#limits.maxParts) {
          this.#defects.add("part-limit", `more than ${this.#limits.maxParts} parts`);
          break;
        }
        if (this.#headersLeft.bytes === 0 || this.#headersLeft.lines === 0) break;
        const part = this.#openPart(at, this.#open.at(-1));
        leaf = part.isMultipart ? this.#openPreamble(part) : part;
        at = part.bodyStart;
      }
    }
    this.#closeTo(-1, this.#bytes.length);
    return root;
  }

  #openPart(start: number, parent: MimeNode | undefined): MimeNode {
    const bytes = this.#bytes;
    const isDelimiter = (line: number): boolean =>
      this.#boundaries.match(line) !== undefined || this.#isOwnDelimiter(start, line);
    const extent = this.#headers.find(start, this.#headersLeft, isDelimiter);
    const node = new MimeNode(bytes, start, extent.headerEnd, extent.bodyStart, parent);
    if (parent !== undefined) {
      parent.children.push(node);
      const number = String(parent.children.length);
      node.path = parent.path === "" ? number : `${parent.path}.${number}`;
    }
    if (extent.isTooLong)
      this.#defects.add("header-limit", describeLimit(this.#headersLeft, this.#limits), node.path);
    if (extent.isMalformed)
      this.#defects.add("malformed-header", "a line in the header is no field", node.path);
    if (node.isMultipart) this.#openMultipart(node);
    return node;
  }

  #openMultipart(node: MimeNode): void {
    if (this.#open.length >= this.#limits.maxDepth) {
      this.#defects.add("depth-limit", `more than ${this.#limits.maxDepth} nested multiparts`, node.path);
      node.giveUpParts();
      return;
    }
    const boundary = this.#findBoundary(node);
    if (boundary === undefined) node.giveUpParts();
    else {
      this.#boundaries.push(boundary);
      this.#open.push(node);
    }
  }

  /**
   * Text before the first delimiter is for nobody, unless another field says that the part is that text: its header then
   * has run into that of its first part.
   */
  #openPreamble(node: MimeNode): MimeNode | undefined {
    if (!node.isDisputed || this.#boundaries.match(skipEmptyLines(this.#bytes, node.bodyStart)) !== undefined)
      return undefined;
    const part = new MimeNode(this.#bytes, node.headerStart, node.headerEnd, node.bodyStart, node);
    part.giveUpParts();
    part.path = node.path === "" ? "1" : `${node.path}.1`;
    node.children.push(part);
    return part;
  }

  /** The boundary as one character per byte: the declared one, or the one that its lines show. */
  #findBoundary(node: MimeNode): string | undefined {
    this.#typeCharacters += node.typeField.length;
    if (this.#typeCharacters > MAX_TYPE_CHARACTERS) {
      this.#defects.add("header-limit", "too long Content-Type fields of multiparts", node.path);
      return undefined;
    }
    // A parameter is decoded to text; the lines are compared byte by byte.
    const declared = node.boundaries
      .map((text) => (hasHighBytes(text) ? Buffer.from(text).toString("latin1") : text))
      .filter((text) => text !== "" && text.length <= MAX_BOUNDARY_LENGTH);
    const isUnambiguous = node.path !== "" && declared.length === 1;
    const found = declared.find((text) => isUnambiguous || this.#occurs(text, node));
    if (node.isBoundaryFolded)
      this.#defects.add("missing-boundary", "a boundary folded in two: readers disagree about it", node.path);
    if (found !== undefined) return found;
    this.#defects.add("missing-boundary", "a multipart without a usable boundary", node.path);
    const guess = this.#guesses++ < MAX_GUESSES ? guessBoundary(this.#bytes, node.bodyStart) : undefined;
    return guess ?? declared[0];
  }

  /** Looked for at the top, where the search happens once, and a few times below, where readers may disagree. */
  #occurs(boundary: string, node: MimeNode): boolean {
    if (node.path !== "" && this.#guesses++ >= MAX_GUESSES) return false;
    // Native searches are linear in short strings only.
    const start = `--${boundary.slice(0, SEARCHED_LENGTH)}`;
    let at = this.#bytes.indexOf(start, node.bodyStart, "latin1");
    for (let looks = 1; at >= 0 && looks < MAX_LOOKS; looks++) {
      if (start.length < boundary.length + 2 || isWholeWord(this.#bytes, at, at + start.length)) return true;
      at = this.#bytes.indexOf(start, at + 1, "latin1");
    }
    return at >= 0;
  }

  /** The empty line is missing, and the first part of the multipart that the header declares starts in it. */
  #isOwnDelimiter(headerStart: number, line: number): boolean {
    this.#rereadBytes += line - headerStart;
    if (this.#rereadBytes > MAX_REREAD_BYTES) return false;
    const node = new MimeNode(this.#bytes, headerStart, line, line, undefined);
    const boundary = node.isMultipart ? withoutPadding(node.parameters.get("boundary") ?? "") : "";
    if (boundary === "" || boundary.length > MAX_BOUNDARY_LENGTH) return false;
    const lineEnd = findLineEnd(this.#bytes, line);
    return withoutPadding(this.#bytes.toString("latin1", line + 2, lineEnd)) === boundary;
  }

  /** Ends all open multiparts above `level`. */
  #closeTo(level: number, end: number, closed = false): void {
    while (this.#open.length > level + 1) {
      const node = this.#open.pop();
      this.#boundaries.pop();
      if (node === undefined) return;
      node.bodyEnd = end;
      if (!closed) this.#defects.add("unclosed-multipart", "a multipart without its closing line", node.path);
      if (node.children.length === 0 && !closed) {
        this.#defects.add("missing-boundary", "the boundary occurs nowhere in the multipart", node.path);
        node.giveUpParts();
      }
    }
  }

  #tellText({ start, next, level }: BoundaryLine): void {
    const line = this.#bytes.toString("latin1", start, Math.min(next, start + MAX_QUOTED)).trimEnd();
    this.#defects.add("malformed-delimiter", `text behind a boundary: ${line}`, this.#open[level]?.path);
  }

  #isTimeUp(steps: number): boolean {
    if (!this.#budget.isSpent(steps)) return false;
    this.#defects.add("time-limit", `no structure after ${this.#limits.timeBudgetMs} ms`);
    return true;
  }

  /** The line break before a delimiter belongs to the delimiter. */
  #lineBreakBefore(start: number, notBefore: number): number {
    let end = start;
    if (end > notBefore && this.#bytes[end - 1] === LF) end--;
    if (end > notBefore && this.#bytes[end - 1] === CR) end--;
    return end;
  }
}

function describeLimit(left: HeaderAllowance, { maxHeaderBytes, maxHeaderLines }: ParseLimits): string {
  return left.lines === 0
    ? `more than ${maxHeaderLines} header lines`
    : `more than ${maxHeaderBytes} header bytes`;
}

/** Whether what stands there is a line's first word, or that and two hyphens. */
function isWholeWord(bytes: Buffer, start: number, end: number): boolean {
  if (start > 0 && bytes[start - 1] !== LF) return false;
  return (bytes[end] ?? 0) <= SPACE || (bytes[end] === HYPHEN && bytes[end + 1] === HYPHEN);
}

function skipEmptyLines(bytes: Buffer, from = 0): number {
  const stop = Math.min(bytes.length, from + MAX_EMPTY_BYTES);
  let at = from;
  while (at < stop && (bytes[at] === LF || bytes[at] === CR)) at++;
  return at;
}
