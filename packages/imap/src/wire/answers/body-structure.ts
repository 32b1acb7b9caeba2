import { parseParameterizedValue } from "@mailwright/mime";
import { isList, listOf, numberOf, rawTextOf, textOf, type WireNode } from "../wire-node.js";

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
  /** Where a text stands that is shown and not a file: the first part, the root of related ones, or one without a name. */
  readonly isInline: boolean;
}

/** Of a structure; what lies deeper is left out. */
export const MAX_DEPTH = 100;
/** Of a structure; those after them are left out. */
export const MAX_PARTS = 10_000;

/** Where a part stands. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly isRelated: boolean;
  readonly isFirst: boolean;
  /** The multipart that it is directly in is a `multipart/related`. */
  readonly isInRelated: boolean;
}

/**
 * The leaves of a BODYSTRUCTURE (RFC 9051 §7.5.2), attached messages as one leaf each. Broken structures
 * (QUIRK: Exchange, Domino) give the leaves that can be read.
 */
export function parseBodyStructure(node: WireNode | undefined): BodyPart[] {
  const parts: BodyPart[] = [];
  walk(node, { path: "", depth: 0, isRelated: false, isFirst: true, isInRelated: false }, parts);
  return parts;
}

function walk(node: WireNode | undefined, place: Place, parts: BodyPart[]): void {
  if (!isList(node) || place.depth > MAX_DEPTH || parts.length >= MAX_PARTS) return;
  const multipart = splitMultipart(node);
  if (multipart === undefined) {
    // A message that is one part has that part at 1.
    parts.push(readLeaf(node, { ...place, path: place.path === "" ? "1" : place.path }));
    return;
  }
  const { children, subtype } = multipart;
  children.forEach((child, index) => {
    walk(
      child,
      {
        path: place.path === "" ? `${index + 1}` : `${place.path}.${index + 1}`,
        depth: place.depth + 1,
        isRelated: (subtype === "related" && index > 0) || (subtype !== "related" && place.isRelated),
        isFirst: index === 0,
        isInRelated: subtype === "related",
      },
      parts,
    );
  });
}

const MULTIPARTS = new Set([
  "mixed",
  "alternative",
  "related",
  "digest",
  "parallel",
  "report",
  "signed",
  "encrypted",
]);

/** A multipart as a server tells it. */
interface WireMultipart {
  readonly children: readonly WireNode[];
  /** In lower case. */
  readonly subtype: string | undefined;
  /** Parameters, disposition, language, location. */
  readonly extension: readonly WireNode[];
}

/** Takes a multipart apart; `undefined` for a leaf. */
export function splitMultipart(node: readonly WireNode[]): WireMultipart | undefined {
  if (!isList(node[0]) && !isEmptyMultipart(node)) return undefined;
  const count = node.findIndex((entry) => !isList(entry));
  const end = count < 0 ? node.length : count;
  const subtype = textOf(node[end])?.toLowerCase();
  return { children: node.slice(0, end), subtype, extension: node.slice(end + 1) };
}

/** QUIRK: of a multipart without parts Gmail tells the rest: `("RELATED" NIL ("ATTACHMENT" NIL) NIL)`. That is no leaf. */
function isEmptyMultipart([subtype, parameters]: readonly WireNode[]): boolean {
  return textOf(parameters) === undefined && MULTIPARTS.has(textOf(subtype)?.toLowerCase() ?? "");
}

/** QUIRK: servers leave an empty subtype out, and all that follows stands one place too early. */
function withSubtype(node: readonly WireNode[]): readonly WireNode[] {
  const [type, subtype, encoding, octets] = [node[0], node[1], node[4], node[5]];
  const isShifted =
    textOf(subtype) === undefined &&
    numberOf(octets) !== undefined &&
    textOf(encoding) !== undefined &&
    numberOf(encoding) === undefined;
  return isShifted ? [type ?? null, null, ...node.slice(1)] : node;
}

/** Reads a part that is no multipart. */
export function readLeaf(given: readonly WireNode[], place: Omit<Place, "depth">): BodyPart {
  const node = withSubtype(given);
  const contentType = contentTypeOf(textOf(node[0])?.toLowerCase(), textOf(node[1])?.toLowerCase());
  const parameters = withoutDefault(parseParameters(node[2]));
  const skipped = isMessage(contentType) ? 10 : contentType.startsWith("text/") ? 8 : 7;
  const { disposition, filename } = readDisposition(node[skipped + 1], parameters);
  return {
    path: place.path,
    contentType,
    parameters,
    contentId: textOf(node[3])?.replace(/^<|>$/g, "") || undefined,
    transferEncoding: (textOf(node[5]) ?? "7bit").toLowerCase(),
    encodedBytes: numberOf(node[6]) ?? 0,
    disposition,
    filename,
    isRelated: place.isRelated,
    isInline: place.isFirst || (!place.isInRelated && filename === undefined),
  };
}

/** Whether the envelope and the structure of a message stand in what is told of a part. */
export function isMessage(contentType: string): boolean {
  return contentType === "message/rfc822" || contentType === "message/global";
}

/** How a part is to be shown, and its file name, which the parameters of its type may have as well. */
export function readDisposition(
  node: WireNode | undefined,
  parameters: ReadonlyMap<string, string>,
): Pick<BodyPart, "disposition" | "filename"> {
  const [disposition, more] = listOf(node);
  const named = parseParameters(more).get("filename") ?? parameters.get("name");
  return { disposition: textOf(disposition)?.toLowerCase(), filename: named === "" ? undefined : named };
}

/** RFC 2045 §5.2: what is not told is the default. */
function contentTypeOf(type = "application", subtype = ""): string {
  return `${type}/${subtype || (type === "text" ? "plain" : "octet-stream")}`;
}

/**
 * QUIRK: servers tell the charset `us-ascii` where a message names none (RFC 2045 §5.2). What it is then is found out
 * from the text, as it is for text that is labelled so and is not.
 */
function withoutDefault(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (parameters.get("charset")?.toLowerCase() !== "us-ascii") return parameters;
  return new Map([...parameters].filter(([name]) => name !== "charset"));
}

/** Parameters by lower-case name, decoded as those of a header field are. */
export function parseParameters(node: WireNode | undefined): ReadonlyMap<string, string> {
  const flat = listOf(node);
  if (flat.length === 0) return NONE;
  let field = "";
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const name = rawTextOf(flat[index]) ?? "";
    const value = rawTextOf(flat[index + 1]);
    if (value === undefined || !PARAMETER_NAME.test(name)) continue;
    field += `; ${name}="${value.replace(/["\\]/g, "\\$&")}"`;
  }
  return readField(field);
}

/** Nearly all parameters are those that nearly all mail has (`; CHARSET="utf-8"`): they are read once. */
function readField(field: string): ReadonlyMap<string, string> {
  const known = readFields.get(field);
  if (known !== undefined) return known;
  const { parameters } = parseParameterizedValue(field);
  // A hostile server has others each time: what is remembered is bounded.
  if (field.length > MAX_REMEMBERED_LENGTH) return parameters;
  if (readFields.size >= MAX_REMEMBERED) readFields.clear();
  readFields.set(field, parameters);
  return parameters;
}

const readFields = new Map<string, ReadonlyMap<string, string>>();
const MAX_REMEMBERED = 200;
const MAX_REMEMBERED_LENGTH = 64;

const NONE: ReadonlyMap<string, string> = new Map();
const PARAMETER_NAME = /^[^\s;="(),]+$/;
