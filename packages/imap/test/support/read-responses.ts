import { ResponseReader, type ResponseTaker } from "../../src/wire/response-reader.js";
import type { WireResponse } from "../../src/wire/wire-node.js";

/** Limits that no fixture meets. */
export const WIDE_LIMITS = { maxLineBytes: 1_000_000, maxLiteralBytes: 1_000_000 } as const;

/** What comes of bytes that arrive in these pieces. */
export function readResponses(
  pieces: Iterable<Uint8Array>,
  options: { readonly limits?: typeof WIDE_LIMITS | Record<keyof typeof WIDE_LIMITS, number> } & Pick<
    ResponseTaker,
    "literal"
  > = {},
): WireResponse[] {
  const { limits = WIDE_LIMITS, ...taker } = options;
  const found: WireResponse[] = [];
  const reader = new ResponseReader(limits, { ...taker, response: (response) => found.push(response) });
  for (const piece of pieces) reader.push(Buffer.from(piece));
  return found;
}

/** The one response that a text (one character per byte) holds. */
export function readResponse(text: string): WireResponse {
  const found = readResponses([Buffer.from(`${text}\r\n`, "latin1")]);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} responses`);
  return only;
}

/** Nodes as text to compare: `(` lists `)`, NIL as null, octets and words as strings of one character per byte. */
export function plain(node: unknown): unknown {
  if (node === null || node === undefined) return null;
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node !== "object") return node;
  const { value, section, partial } = node as Record<string, unknown>;
  const text = value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
  if (section === undefined) return text;
  return { name: text, section: plain(section), ...(partial === undefined ? {} : { partial }) };
}
