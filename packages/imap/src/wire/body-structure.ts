import { parseParameterizedValue } from "@mailwright/mime";
import { isList, listOf, numberOf, rawTextOf, textOf, type WireNode } from "./wire-node.js";

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

const MAX_DEPTH = 100;
const MAX_PARTS = 10_000;

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
  if (!isList(node[0])) {
    if (isEmptyMultipart(node)) return;
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

function leaf(given: readonly WireNode[], place: Place): BodyPart {
  const node = withSubtype(given);
  const contentType = contentTypeOf(textOf(node[0])?.toLowerCase(), textOf(node[1])?.toLowerCase());
  const parameters = withoutDefault(parseParameters(node[2]));
  const skipped =
    contentType === "message/rfc822" || contentType === "message/global"
      ? 10
      : contentType.startsWith("text/")
        ? 8
        : 7;
  const disposition = listOf(node[skipped + 1]);
  const named = parseParameters(disposition[1]).get("filename") ?? parameters.get("name");
  return {
    path: place.path,
    contentType,
    parameters,
    contentId: textOf(node[3])?.replace(/^<|>$/g, ""),
    transferEncoding: (textOf(node[5]) ?? "7bit").toLowerCase(),
    encodedBytes: numberOf(node[6]) ?? 0,
    disposition: textOf(disposition[0])?.toLowerCase(),
    filename: named === "" ? undefined : named,
    isRelated: place.isRelated,
    isInline: place.isFirst || (!place.isInRelated && (named === undefined || named === "")),
  };
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
