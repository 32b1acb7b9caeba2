import { endOfLine, headerValue, type MessageHeader, parseHeader } from "./header.js";
import { findParameter, type MimeParameter, parseParameterized } from "./mime-parameters.js";

const MAX_DEPTH = 100;
const MAX_PARTS = 10_000;
const LF = 0x0a;
const CR = 0x0d;

/** A node of the MIME tree with byte offsets into the message. */
export interface MimePart {
  readonly header: MessageHeader;
  /** Just after the last byte of the body. */
  readonly end: number;
  /** As written; `text/plain` by default. */
  readonly type: string;
  readonly subtype: string;
  readonly parameters: readonly MimeParameter[];
  /** Parts of a multipart. */
  readonly children: readonly MimePart[];
  /** The message inside a message/rfc822 part. */
  readonly message?: MimePart;
}

const cache = new WeakMap<Buffer, MimePart>();

/** The MIME tree of a message; computed once per stored message. */
export function parseMime(source: Buffer): MimePart {
  const known = cache.get(source);
  if (known) return known;
  const root = new MimeScanner(source).scan(0, source.length, 0, "text/plain");
  cache.set(source, root);
  return root;
}

/** Whether a part has parts of its own. */
export function isMultipart(part: MimePart): boolean {
  return part.type.toLowerCase() === "multipart";
}

class MimeScanner {
  readonly #source: Buffer;
  #parts = 0;

  constructor(source: Buffer) {
    this.#source = source;
  }

  scan(start: number, end: number, depth: number, defaultType: string): MimePart {
    this.#parts += 1;
    const header = parseHeader(this.#source, start, end);
    const contentType = parseParameterized(headerValue(this.#source, header, "content-type") ?? defaultType);
    const [type = "text", subtype = "plain"] = /^[^\s/]+\/[^\s/]+$/.test(contentType.value)
      ? contentType.value.split("/")
      : defaultType.split("/");
    const part = { header, end, type, subtype, parameters: contentType.parameters, children: [] };
    if (depth >= MAX_DEPTH || this.#parts >= MAX_PARTS) return part;
    const kind = `${type}/${subtype}`.toLowerCase();
    if (kind === "message/rfc822" || kind === "message/global") {
      return { ...part, message: this.scan(header.bodyStart, end, depth + 1, "text/plain") };
    }
    const boundary =
      type.toLowerCase() === "multipart" ? findParameter(contentType.parameters, "boundary") : undefined;
    if (boundary === undefined || boundary === "") return part;
    const childType = kind === "multipart/digest" ? "message/rfc822" : "text/plain";
    const children = this.#split(header.bodyStart, end, boundary).map(([from, to]) =>
      this.scan(from, to, depth + 1, childType),
    );
    return { ...part, children };
  }

  /** The byte ranges between boundary lines; the line end before a boundary belongs to it (RFC 2046 §5.1.1). */
  #split(start: number, end: number, boundary: string): [number, number][] {
    const ranges: [number, number][] = [];
    const delimiter = Buffer.from(`--${boundary}`, "latin1");
    let partStart: number | undefined;
    let position = start;
    while (position < end) {
      const found = this.#source.indexOf(delimiter, position);
      if (found < 0 || found >= end) break;
      const after = found + delimiter.length;
      position = after;
      if (found > start && this.#source[found - 1] !== LF) continue;
      const ending = this.#source.toString("latin1", after, endOfLine(this.#source, after, end)).trim();
      // A longer boundary may begin with this one.
      if (ending !== "" && ending !== "--") continue;
      if (partStart !== undefined) ranges.push([partStart, Math.max(partStart, this.#beforeLineEnd(found))]);
      if (ending === "--") return ranges;
      position = endOfLine(this.#source, after, end);
      partStart = position;
    }
    if (partStart !== undefined) ranges.push([partStart, end]);
    return ranges;
  }

  #beforeLineEnd(position: number): number {
    return this.#source[position - 2] === CR ? position - 2 : position - 1;
  }
}
