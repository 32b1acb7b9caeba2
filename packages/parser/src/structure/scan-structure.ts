import { hasHighBytes } from "@mailwright/mime";
import type { DefectLog } from "../message/defect-log.js";
import type { ParseLimits } from "../message/parse-limits.js";
import { BoundarySearch, withoutPadding } from "./boundary-search.js";
import { guessBoundary } from "./guess-boundary.js";
import { type HeaderAllowance, HeaderFinder } from "./header-lines.js";
import { MimeNode } from "./mime-node.js";
import { TimeBudget } from "./time-budget.js";

const LF = 0x0a;
const CR = 0x0d;
const MAX_BOUNDARY_LENGTH = 500;
const SEARCHED_LENGTH = 70;
const MAX_GUESSES = 10;
const MAX_EMPTY_BYTES = 65_536;
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
    let leaf: MimeNode | undefined = root.isMultipart ? undefined : root;
    let at = root.bodyStart;
    const isTimeUp = (steps: number): boolean => this.#isTimeUp(steps);
    while (this.#open.length > 0) {
      const delimiter = this.#boundaries.next(at, isTimeUp);
      if (delimiter === undefined) break;
      const end = this.#lineBreakBefore(delimiter.start, leaf?.bodyStart ?? at);
      if (leaf !== undefined) leaf.bodyEnd = end;
      leaf = undefined;
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
        if (!part.isMultipart) leaf = part;
        at = part.bodyStart;
      }
    }
    this.#closeTo(-1, this.#bytes.length);
    return root;
  }

  #openPart(start: number, parent: MimeNode | undefined): MimeNode {
    const bytes = this.#bytes;
    const isDelimiter = (line: number): boolean => this.#boundaries.match(line) !== undefined;
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
      node.isOpaque = true;
      return;
    }
    const boundary = this.#findBoundary(node);
    if (boundary === undefined) node.isOpaque = true;
    else {
      this.#boundaries.push(boundary);
      this.#open.push(node);
    }
  }

  /** The boundary as one character per byte: the declared one, or the one that its lines show. */
  #findBoundary(node: MimeNode): string | undefined {
    this.#typeCharacters += node.headers.getRaw("content-type")?.length ?? 0;
    if (this.#typeCharacters > MAX_TYPE_CHARACTERS) {
      this.#defects.add("header-limit", "too long Content-Type fields of multiparts", node.path);
      return undefined;
    }
    const text = withoutPadding(node.parameters.get("boundary") ?? "");
    // The parameter was decoded to text; the lines are compared byte by byte.
    const declared = hasHighBytes(text) ? Buffer.from(text).toString("latin1") : text;
    const isUsable = declared !== "" && declared.length <= MAX_BOUNDARY_LENGTH;
    // Looked for at the top only, where the search happens once; native ones are linear in short strings only.
    const head = `--${declared.slice(0, SEARCHED_LENGTH)}`;
    if (isUsable && (node.path !== "" || this.#bytes.includes(head, node.bodyStart, "latin1")))
      return declared;
    this.#defects.add("missing-boundary", "a multipart without a usable boundary", node.path);
    const guess = this.#guesses++ < MAX_GUESSES ? guessBoundary(this.#bytes, node.bodyStart) : undefined;
    return guess ?? (isUsable ? declared : undefined);
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
        node.isOpaque = true;
      }
    }
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

function skipEmptyLines(bytes: Buffer): number {
  const stop = Math.min(bytes.length, MAX_EMPTY_BYTES);
  let at = 0;
  while (at < stop && (bytes[at] === LF || bytes[at] === CR)) at++;
  return at;
}
