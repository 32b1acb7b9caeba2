import { BoundaryStack } from "./boundary-stack.js";
import type { DefectLog } from "./defect.js";
import { guessBoundary } from "./guess-boundary.js";
import { HeaderFinder } from "./header-lines.js";
import { hasHighBytes } from "./header-text.js";
import { MimeNode } from "./mime-node.js";
import type { ParseLimits } from "./parse-limits.js";
import { TimeBudget } from "./time-budget.js";

const LF = 0x0a;
const CR = 0x0d;
/** Rarer than line ends, so that the search makes longer jumps. */
const HYPHEN = 0x2d;
const MAX_BOUNDARY_LENGTH = 500;

interface Delimiter {
  readonly start: number;
  readonly next: number;
  readonly level: number;
  readonly closing: boolean;
}

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
  readonly #boundaries = new BoundaryStack();
  readonly #open: MimeNode[] = [];
  #headerBytesLeft: number;
  #parts = 0;

  constructor(bytes: Buffer, limits: ParseLimits, defects: DefectLog) {
    this.#bytes = bytes;
    this.#headers = new HeaderFinder(bytes);
    this.#limits = limits;
    this.#defects = defects;
    this.#budget = new TimeBudget(limits.timeBudgetMs);
    this.#headerBytesLeft = limits.maxHeaderBytes;
  }

  scan(): MimeNode {
    const root = this.#openPart(skipEmptyLines(this.#bytes), undefined);
    if (!root.isMultipart) root.path = "1";
    let leaf: MimeNode | undefined = root.isMultipart ? undefined : root;
    let at = root.bodyStart;
    while (this.#open.length > 0) {
      const delimiter = this.#nextDelimiter(at);
      if (delimiter === undefined) break;
      const end = this.#lineBreakBefore(delimiter.start, leaf?.bodyStart ?? at);
      if (leaf !== undefined) leaf.bodyEnd = end;
      leaf = undefined;
      this.#closeTo(delimiter.level, end);
      at = delimiter.next;
      if (delimiter.closing) this.#closeTo(delimiter.level - 1, end, true);
      else {
        if (at >= this.#bytes.length) break;
        if (++this.#parts >= this.#limits.maxParts) {
          this.#defects.add("part-limit", `more than ${this.#limits.maxParts} parts`);
          break;
        }
        if (this.#headerBytesLeft === 0) break;
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
    const isDelimiter = (line: number): boolean =>
      this.#boundaries.match(bytes, line, bytes.length) !== undefined;
    const extent = this.#headers.find(start, this.#headerBytesLeft, isDelimiter);
    this.#headerBytesLeft = Math.max(0, this.#headerBytesLeft - (extent.headerEnd - start));
    const node = new MimeNode(bytes, start, extent.headerEnd, extent.bodyStart, parent);
    if (parent !== undefined) {
      parent.children.push(node);
      const number = String(parent.children.length);
      node.path = parent.path === "" ? number : `${parent.path}.${number}`;
    }
    if (extent.tooLong)
      this.#defects.add("header-limit", `more than ${this.#limits.maxHeaderBytes} header bytes`, node.path);
    if (extent.malformed)
      this.#defects.add("malformed-header", "a line in the header is no field", node.path);
    if (node.isMultipart) this.#openMultipart(node);
    return node;
  }

  #openMultipart(node: MimeNode): void {
    const boundary = this.#findBoundary(node);
    if (boundary === undefined) node.isOpaque = true;
    else if (this.#open.length >= this.#limits.maxDepth) {
      this.#defects.add("depth-limit", `more than ${this.#limits.maxDepth} nested multiparts`, node.path);
      node.isOpaque = true;
    } else {
      this.#boundaries.push(boundary);
      this.#open.push(node);
    }
  }

  /** The boundary as one character per byte: the declared one, or the one that its lines show. */
  #findBoundary(node: MimeNode): string | undefined {
    const text = node.parameters.get("boundary")?.trimEnd() ?? "";
    // The parameter was decoded to text; the lines are compared byte by byte.
    const declared = hasHighBytes(text) ? Buffer.from(text).toString("latin1") : text;
    const isUsable = declared !== "" && declared.length <= MAX_BOUNDARY_LENGTH;
    // Looked for at the top only, where the search happens once.
    if (isUsable && (node.path !== "" || this.#bytes.includes(`--${declared}`, node.bodyStart, "latin1")))
      return declared;
    this.#defects.add("missing-boundary", "a multipart without a usable boundary", node.path);
    return guessBoundary(this.#bytes, node.bodyStart) ?? (isUsable ? declared : undefined);
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

  #nextDelimiter(from: number): Delimiter | undefined {
    const bytes = this.#bytes;
    for (let at = bytes.indexOf(HYPHEN, from); at >= 0; ) {
      const isPair = bytes[at + 1] === HYPHEN;
      if (isPair && (at === 0 || bytes[at - 1] === LF)) {
        const match = this.#boundaries.match(bytes, at, bytes.length);
        if (match !== undefined) {
          const lineEnd = bytes.indexOf(LF, at);
          return { start: at, next: lineEnd < 0 ? bytes.length : lineEnd + 1, ...match };
        }
      }
      if (this.#budget.isSpent()) {
        this.#defects.add("time-limit", `no structure after ${this.#limits.timeBudgetMs} ms`);
        return undefined;
      }
      // One look per line with a pair: a line of nothing but hyphens must not cost one per byte.
      const lineEnd = isPair ? bytes.indexOf(LF, at) : at + 1;
      at = lineEnd < 0 ? -1 : bytes.indexOf(HYPHEN, lineEnd);
    }
    return undefined;
  }

  /** The line break before a delimiter belongs to the delimiter. */
  #lineBreakBefore(start: number, notBefore: number): number {
    let end = start;
    if (end > notBefore && this.#bytes[end - 1] === LF) end--;
    if (end > notBefore && this.#bytes[end - 1] === CR) end--;
    return end;
  }
}

function skipEmptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === LF || bytes[at] === CR) at++;
  return at;
}
