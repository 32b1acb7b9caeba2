import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { decodePart } from "./decode.js";
import { isMultipart, type MimePart, parseMime } from "./mime.js";

/** What stands between the brackets of `BODY[…]` (RFC 3501 §6.4.5). */
export interface BodySection {
  readonly path: readonly number[];
  readonly text: "ALL" | "HEADER" | "TEXT" | "MIME" | "HEADER.FIELDS" | "HEADER.FIELDS.NOT";
  /** Names in lower case, for the last two. */
  readonly fields: readonly string[];
  /** As the client wrote it, to be repeated in the answer. */
  readonly label: string;
}

const PATH = /\d+(?:\.\d+)*/y;
const TEXT = /HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME/iy;
const MAX_PATH_LENGTH = 200;

/** Reads a section up to and including `]`. */
export function readBodySection(input: ImapArguments): BodySection {
  const pathText = input.tryMatch(PATH) ?? "";
  if (pathText && !input.isAtEnd && input.peek() !== "]") input.character(".");
  const text = (input.tryMatch(TEXT) ?? "ALL").toUpperCase();
  const path = pathText === "" ? [] : pathText.split(".").map(Number);
  if (
    path.length > MAX_PATH_LENGTH ||
    path.includes(0) ||
    !isSectionText(text) ||
    (text === "MIME" && path.length === 0)
  ) {
    throw new ImapRefusal("BAD", "Invalid BODY[..] section");
  }
  let names: string[] = [];
  if (text.startsWith("HEADER.FIELDS")) {
    input.space();
    names = input.list(() => input.astring());
    if (names.length === 0) throw new ImapRefusal("BAD", "Empty header list");
  }
  input.character("]");
  const prefix = [pathText, text === "ALL" ? "" : text].filter((piece) => piece !== "").join(".");
  const label =
    names.length === 0 ? prefix : `${prefix} (${names.map((name) => name.toUpperCase()).join(" ")})`;
  return { path, text, fields: names.map((name) => name.toLowerCase()), label };
}

function isSectionText(text: string): text is BodySection["text"] {
  return ["ALL", "HEADER", "TEXT", "MIME", "HEADER.FIELDS", "HEADER.FIELDS.NOT"].includes(text);
}

/** The bytes of a section; `undefined` (NIL) when the message has no such part. */
export function readSection(source: Buffer, section: BodySection): Buffer | undefined {
  const root = parseMime(source);
  const part = findPart(root, section.path);
  if (!part) return undefined;
  const isRoot = section.path.length === 0;
  switch (section.text) {
    case "ALL":
      return isRoot ? source : source.subarray(part.header.bodyStart, part.end);
    case "MIME":
      return source.subarray(part.header.start, part.header.bodyStart);
    default: {
      const message = isRoot ? part : part.message;
      return message && readMessageText(source, message, section);
    }
  }
}

/** The same of a part without its transfer encoding (BINARY, RFC 3516 §4.2). */
export function readDecodedSection(source: Buffer, section: BodySection): Buffer | undefined {
  const part = findPart(parseMime(source), section.path);
  if (!part || section.path.length === 0 || isMultipart(part) || part.message)
    return readSection(source, section);
  const decoded = decodePart(source, part);
  if (!decoded) throw new ImapRefusal("NO", "Unknown transfer encoding", "UNKNOWN-CTE");
  return decoded;
}

function readMessageText(source: Buffer, message: MimePart, { text, fields }: BodySection): Buffer {
  const { header, end } = message;
  if (text === "HEADER") return source.subarray(header.start, header.bodyStart);
  if (text === "TEXT") return source.subarray(header.bodyStart, end);
  const isWanted = text === "HEADER.FIELDS";
  const kept = header.fields
    .filter((field) => fields.includes(field.name) === isWanted)
    .map((field) => source.subarray(field.start, field.end));
  return Buffer.concat([...kept, Buffer.from("\r\n")]);
}

function findPart(root: MimePart, path: readonly number[]): MimePart | undefined {
  let part: MimePart | undefined = root;
  for (const [index, number] of path.entries()) {
    const container: MimePart | undefined = index > 0 ? (part?.message ?? part) : part;
    if (!container) return undefined;
    if (isMultipart(container)) part = container.children[number - 1];
    else if (number !== 1 || (index > 0 && !part?.message)) return undefined;
    else part = container;
  }
  return part;
}
