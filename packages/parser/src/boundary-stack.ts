/** A line that separates or ends the parts of an open multipart. */
export interface BoundaryMatch {
  /** Level of the multipart it belongs to; 0 is the outermost. */
  readonly level: number;
  /** `--boundary--`: no more parts follow at this level. */
  readonly closing: boolean;
}

const MAX_LINE_BYTES = 512;
const LF = 0x0a;

/**
 * The boundaries of the multiparts that are open at a place of the message. An outer boundary ends what is inside,
 * closed or not (RFC 2046 §5.1.2); of two multiparts with the same boundary the inner one is meant.
 */
export class BoundaryStack {
  readonly #boundaries: string[] = [];
  readonly #levels = new Map<string, number[]>();
  /** First bytes of the boundaries: most lines with two hyphens are told apart by these alone. */
  readonly #firstBytes: number[] = [];

  get depth(): number {
    return this.#boundaries.length;
  }

  push(boundary: string): void {
    const level = this.#boundaries.push(boundary) - 1;
    const levels = this.#levels.get(boundary);
    if (levels === undefined) this.#levels.set(boundary, [level]);
    else levels.push(level);
    this.#firstBytes.push(boundary.charCodeAt(0));
  }

  pop(): void {
    const boundary = this.#boundaries.pop();
    if (boundary === undefined) return;
    const levels = this.#levels.get(boundary);
    levels?.pop();
    if (levels?.length === 0) this.#levels.delete(boundary);
    this.#firstBytes.pop();
  }

  /** Looks whether the line that starts at `lineStart` with two hyphens is one of the boundaries. */
  match(bytes: Buffer, lineStart: number, end: number): BoundaryMatch | undefined {
    const first = bytes[lineStart + 2] ?? 0;
    if (!this.#firstBytes.includes(first)) return undefined;
    let stop = bytes.indexOf(LF, lineStart);
    if (stop < 0 || stop > end) stop = end;
    if (stop - lineStart > MAX_LINE_BYTES) return undefined;
    const line = bytes.toString("latin1", lineStart + 2, stop).trimEnd();
    const open = this.#levels.get(line)?.at(-1);
    if (open !== undefined) return { level: open, closing: false };
    if (!line.endsWith("--")) return undefined;
    const closed = this.#levels.get(line.slice(0, -2))?.at(-1);
    return closed === undefined ? undefined : { level: closed, closing: true };
  }
}
