import { decodeCharset } from "../mime/charset.js";
import { decodeWords } from "../mime/encoded-words.js";
import { isList, listOf, numberOf, textOf, type WireNode } from "./wire-node.js";

/** One leaf of the MIME tree. */
export interface BodyPart {
  /** Where it is, as in `BODY[1.2]`. */
  readonly path: string;
  /** Type and subtype in lower case. */
  readonly contentType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly contentId: string | undefined;
  readonly transferEncoding: string;
  /** Encoded size, as the server counts it. */
  readonly encodedBytes: number;
  readonly disposition: string | undefined;
  readonly filename: string | undefined;
  /** Within a `multipart/related`, but not its root. */
  readonly isRelated: boolean;
  /** Within a `multipart/alternative`. */
  readonly isAlternative: boolean;
}

const MAX_DEPTH = 100;
const MAX_PARTS = 10_000;

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly isRelated: boolean;
  readonly isAlternative: boolean;
}

/**
 * The leaves of a BODYSTRUCTURE (RFC 9051 §7.5.2), attached messages as one leaf each. Broken structures
 * (QUIRK: Exchange, Domino) give the leaves that can be read.
 */
export function parseBodyStructure(node: WireNode | undefined): BodyPart[] {
  const parts: BodyPart[] = [];
  walk(node, { path: "", depth: 0, isRelated: false, isAlternative: false }, parts);
  return parts;
}

function walk(node: WireNode | undefined, place: Place, parts: BodyPart[]): void {
  if (!isList(node) || place.depth > MAX_DEPTH || parts.length >= MAX_PARTS) return;
  if (!isList(node[0])) {
    // A message that is one part has that part at 1.
    parts.push(leaf(node, { ...place, path: place.path === "" ? "1" : place.path }));
    return;
  }
  const count = node.findIndex((entry) => !isList(entry));
  const children = count < 0 ? node : node.slice(0, count);
  const subtype = textOf(node[children.length])?.toLowerCase();
  children.forEach((child, index) => {
    walk(
      child,
      {
        path: place.path === "" ? `${index + 1}` : `${place.path}.${index + 1}`,
        depth: place.depth + 1,
        isRelated: (subtype === "related" && index > 0) || (subtype !== "related" && place.isRelated),
        isAlternative: subtype === "alternative" || (subtype === "related" && place.isAlternative),
      },
      parts,
    );
  });
}

function leaf(node: readonly WireNode[], place: Place): BodyPart {
  const [type, subtype, parameterList, contentId, , encoding, octets] = node;
  const contentType = `${textOf(type) ?? "application"}/${textOf(subtype) ?? "octet-stream"}`.toLowerCase();
  const parameters = parseParameters(parameterList);
  const skipped =
    contentType === "message/rfc822" || contentType === "message/global"
      ? 10
      : contentType.startsWith("text/")
        ? 8
        : 7;
  const [, disposition] = node.slice(skipped);
  const [kind, dispositionList] = listOf(disposition);
  const named = parseParameters(dispositionList).get("filename") ?? parameters.get("name");
  return {
    path: place.path,
    contentType,
    parameters,
    contentId: textOf(contentId)?.replace(/^<|>$/g, ""),
    transferEncoding: (textOf(encoding) ?? "7bit").toLowerCase(),
    encodedBytes: numberOf(octets) ?? 0,
    disposition: textOf(kind)?.toLowerCase(),
    filename: named === undefined ? undefined : decodeWords(named),
    isRelated: place.isRelated,
    isAlternative: place.isAlternative,
  };
}

/** Parameters by lower-case name, RFC 2231 continuations and charsets undone. */
export function parseParameters(node: WireNode | undefined): ReadonlyMap<string, string> {
  const flat = listOf(node);
  const plain = new Map<string, string>();
  const pieces = new Map<
    string,
    { readonly order: number; readonly isEncoded: boolean; readonly value: string }[]
  >();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = textOf(flat[index])?.toLowerCase();
    const value = textOf(flat[index + 1]);
    if (name === undefined || value === undefined) continue;
    const match = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(name);
    if (match === null) {
      if (!plain.has(name)) plain.set(name, value);
      continue;
    }
    const base = match[1] ?? "";
    const list = pieces.get(base) ?? [];
    const isEncoded = match[2] === undefined || match[3] !== undefined;
    list.push({ order: Number(match[2] ?? 0), isEncoded, value });
    pieces.set(base, list);
  }
  for (const [name, list] of pieces) plain.set(name, joinPieces(list));
  return plain;
}

function joinPieces(
  list: readonly { readonly order: number; readonly isEncoded: boolean; readonly value: string }[],
): string {
  const ordered = [...list].sort((a, b) => a.order - b.order);
  const prefix = ordered[0]?.isEncoded ? /^([^']*)'[^']*'/.exec(ordered[0].value) : null;
  const chunks = ordered.map(({ isEncoded, value }, index) => {
    const text = index === 0 && prefix !== null ? value.slice(prefix[0].length) : value;
    return isEncoded ? percentDecode(text) : Buffer.from(text, "utf8");
  });
  return decodeCharset(Buffer.concat(chunks), prefix?.[1] ?? "utf-8");
}

function percentDecode(text: string): Buffer {
  const octets = Buffer.from(text, "utf8").toString("latin1");
  const decoded = octets.replace(/%([0-9a-f]{2})/gi, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1");
}
