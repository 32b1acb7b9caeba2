import {
  decodeTransferEncoding,
  MessageHeaders,
  type ParameterizedValue,
  parseParameterizedValue,
} from "@mailwright/mime";

/** A part that holds no further parts. */
export interface LeafPart {
  readonly headers: MessageHeaders;
  readonly type: ParameterizedValue;
  /** Its transfer encoding undone. */
  readonly content: Buffer;
}

const MAX_DEPTH = 20;
const MAX_PARTS = 1000;
const HEADER_END = /\r?\n\r?\n/;

/** The leaves of a message in order, at most 1000; attached messages count as one. */
export function splitParts(raw: Buffer): LeafPart[] {
  const leaves: LeafPart[] = [];
  collect(raw, 0, leaves);
  return leaves;
}

/** The fields before the first empty line. */
export function readHeaders(raw: Buffer): MessageHeaders {
  return new MessageHeaders(raw.subarray(0, findBody(raw).headerEnd));
}

function collect(raw: Buffer, depth: number, leaves: LeafPart[]): void {
  if (leaves.length >= MAX_PARTS) return;
  const headers = readHeaders(raw);
  const type = parseParameterizedValue(headers.getRaw("content-type")?.trim() || "text/plain");
  const body = raw.subarray(findBody(raw).bodyStart);
  const boundary = type.parameters.get("boundary");
  if (type.value.startsWith("multipart/") && boundary !== undefined && depth < MAX_DEPTH) {
    for (const part of splitAtBoundary(body, boundary)) collect(part, depth + 1, leaves);
    return;
  }
  const encoding = headers.get("content-transfer-encoding") ?? "";
  leaves.push({ headers, type, content: decodeTransferEncoding(body, encoding).bytes });
}

/** One character is one byte in Latin-1, so that positions in the text are positions in the bytes. */
function findBody(raw: Buffer): { readonly headerEnd: number; readonly bodyStart: number } {
  const text = raw.toString("latin1");
  const empty = /^\r?\n/.exec(text);
  if (empty !== null) return { headerEnd: 0, bodyStart: empty[0].length };
  const match = HEADER_END.exec(text);
  if (match === null) return { headerEnd: raw.length, bodyStart: raw.length };
  return { headerEnd: match.index, bodyStart: match.index + match[0].length };
}

/** What stands between the boundary lines (RFC 2046 §5.1.1); a missing end is the end of the body. */
function splitAtBoundary(body: Buffer, boundary: string): Buffer[] {
  const text = body.toString("latin1");
  const delimiter = `--${Buffer.from(boundary).toString("latin1")}`;
  const parts: Buffer[] = [];
  let partStart: number | undefined;
  for (let lineStart = 0; lineStart < text.length; ) {
    const lineFeed = text.indexOf("\n", lineStart);
    const next = lineFeed < 0 ? text.length : lineFeed + 1;
    if (text.startsWith(delimiter, lineStart)) {
      const rest = text.slice(lineStart + delimiter.length, next).trimEnd();
      if (rest === "" || rest === "--") {
        if (partStart !== undefined)
          parts.push(body.subarray(partStart, withoutLineEnd(text, partStart, lineStart)));
        partStart = rest === "--" ? undefined : next;
        if (rest === "--") break;
      }
    }
    lineStart = next;
  }
  if (partStart !== undefined && partStart < text.length) parts.push(body.subarray(partStart));
  return parts;
}

/** The line end before a boundary line belongs to it. */
function withoutLineEnd(text: string, start: number, end: number): number {
  const beforeLf = text[end - 1] === "\n" ? end - 1 : end;
  return Math.max(start, text[beforeLf - 1] === "\r" ? beforeLf - 1 : beforeLf);
}
