import { serializable } from "../../serializable.js";
import { isList, type WireNode } from "../wire-node.js";
import {
  type BodyPart,
  isMessage,
  MAX_DEPTH,
  MAX_PARTS,
  parseParameters,
  readDisposition,
  readLeaf,
  splitMultipart,
} from "./body-structure.js";
import { type Envelope, parseEnvelope } from "./envelope.js";

/**
 * One node of a message's MIME tree as the server tells it, without a byte of the message. Words and shape are those of
 * `parseMessage(…).structure` in `@mailwright/parser`.
 */
export interface ImapPart {
  /**
   * Its section (RFC 9051 §6.4.5): `"1"`, `"2.1"`, in a message that is a part itself `"3.1"`. A multipart at the top has
   * the empty path, one at the top of such a message `"3.TEXT"`.
   */
  readonly path: string;
  /** Media type in lower case. */
  readonly contentType: string;
  /** Parameters of Content-Type, names in lower case, values decoded; without the charset US-ASCII, which is the default. */
  readonly parameters: ReadonlyMap<string, string>;
  /** In lower case; `"7bit"` when none was given; empty for a multipart, of which servers tell none. */
  readonly transferEncoding: string;
  /** In lower case, `"inline"` or `"attachment"` as a rule; `undefined` when none was given. */
  readonly disposition: string | undefined;
  /** From Content-Disposition, else from Content-Type; decoded, and not safe as a path. */
  readonly filename: string | undefined;
  /** Without angle brackets; of a multipart servers tell none. */
  readonly contentId: string | undefined;
  /** Size of the body as it was sent; of a multipart servers tell none. */
  readonly encodedBytes: number | undefined;
  /** The parts of a multipart. */
  readonly children: readonly ImapPart[];
  /** What is in a `message/rfc822` or `message/global` part; `undefined` for others, and when a server does not look into it. */
  readonly message: AttachedMessage | undefined;
}

/** A message in a message: its envelope and what it is made of. */
export interface AttachedMessage extends Envelope {
  readonly structure: ImapPart;
}

/** The tree of a message. */
export interface PartTree {
  readonly root: ImapPart;
  /** There are more parts, or deeper ones, than are read of any message. */
  readonly isCut: boolean;
}

/** How much of a structure has been read. */
interface Progress {
  parts: number;
  isCut: boolean;
}

/**
 * The whole tree of a BODYSTRUCTURE (RFC 9051 §7.5.2), containers and attached messages too. Of what is broken there is what
 * can be read; `undefined` for what is no list.
 */
export function parsePartTree(node: WireNode | undefined): PartTree | undefined {
  if (!isList(node)) return undefined;
  const progress = { parts: 0, isCut: false };
  const root = readRoot(node, "", 0, progress);
  return { root, isCut: progress.isCut };
}

/** A part that is no multipart, by its path; in attached messages too. */
export function findLeaf(structure: WireNode | undefined, path: string): Leaf | undefined {
  const tree = parsePartTree(structure);
  return tree && findIn(tree.root, path);
}

type Leaf = ImapPart & Pick<BodyPart, "encodedBytes">;

function findIn(part: ImapPart, path: string): Leaf | undefined {
  const { encodedBytes, message, children } = part;
  if (part.path === path) return encodedBytes === undefined ? undefined : { ...part, encodedBytes };
  for (const inner of message === undefined ? children : [message.structure]) {
    const found = findIn(inner, path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where a part stands. */
interface Place {
  readonly path: string;
  /** What the numbers of the parts in it follow; its path, as a rule. */
  readonly section: string;
  readonly depth: number;
}

/** What a message is made of: the message itself (`section` is empty), or one that is a part. */
function readRoot(node: readonly WireNode[], section: string, depth: number, progress: Progress): ImapPart {
  const isTop = section === "";
  const isMultipart = splitMultipart(node) !== undefined;
  // What is no multipart is the only part of its message (RFC 9051 §6.4.5).
  const [multipart, leaf] = isTop ? ["", "1"] : [`${section}.TEXT`, `${section}.1`];
  const place = isMultipart ? { path: multipart, section, depth } : { path: leaf, section: leaf, depth };
  return readPart(node, place, progress);
}

function readPart(node: readonly WireNode[], { path, section, depth }: Place, progress: Progress): ImapPart {
  progress.parts += 1;
  const multipart = splitMultipart(node);
  if (multipart === undefined) return readLeafPart(node, path, depth, progress);
  const { children, subtype, extension } = multipart;
  const parameters = parseParameters(extension[0]);
  const parts: ImapPart[] = [];
  for (const child of children) {
    if (!isList(child) || isFull(depth, progress)) break;
    const number = `${parts.length + 1}`;
    const inner = section === "" ? number : `${section}.${number}`;
    parts.push(readPart(child, { path: inner, section: inner, depth: depth + 1 }, progress));
  }
  return serializable({
    path,
    contentType: `multipart/${subtype || "mixed"}`,
    parameters,
    transferEncoding: "",
    ...readDisposition(extension[1], parameters),
    contentId: undefined,
    encodedBytes: undefined,
    children: parts,
    message: undefined,
  });
}

function readLeafPart(node: readonly WireNode[], path: string, depth: number, progress: Progress): ImapPart {
  const leaf = readLeaf(node, { path, isRelated: false, isFirst: false, isInRelated: false });
  const { contentType, parameters, transferEncoding, disposition, filename, contentId, encodedBytes } = leaf;
  const structure = isMessage(contentType) ? node[8] : undefined;
  const message =
    isList(structure) && !isFull(depth, progress)
      ? serializable({
          ...parseEnvelope(node[7]),
          structure: readRoot(structure, path, depth + 1, progress),
        })
      : undefined;
  return serializable({
    path,
    contentType,
    parameters,
    transferEncoding,
    disposition,
    filename,
    contentId,
    encodedBytes,
    children: [],
    message,
  });
}

/** Whether no more is read below a part. */
function isFull(depth: number, progress: Progress): boolean {
  const isFull = depth >= MAX_DEPTH || progress.parts >= MAX_PARTS;
  if (isFull) progress.isCut = true;
  return isFull;
}
