import { encodeNstring, encodeString } from "../syntax/text.js";
import { encodeEnvelope } from "./envelope.js";
import { headerValue } from "./header.js";
import { isMultipart, type MimePart } from "./mime.js";
import {
  findParameter,
  type MimeParameter,
  type ParameterizedValue,
  parseParameterized,
} from "./mime-parameters.js";

const LF = 0x0a;
const EMPTY_PART = '"text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0';

/** BODYSTRUCTURE, or BODY when `isExtended` is false (RFC 3501 §7.4.2). */
export function encodeBodyStructure(source: Buffer, part: MimePart, isExtended: boolean): string {
  return isMultipart(part)
    ? encodeMultipart(source, part, isExtended)
    : encodeSinglePart(source, part, isExtended);
}

/** The same for a server that takes the whole message for one leaf. */
export function encodeAsLeaf(source: Buffer, part: MimePart, isExtended: boolean): string {
  return encodeSinglePart(source, part, isExtended);
}

function encodeMultipart(source: Buffer, part: MimePart, isExtended: boolean): string {
  const children = part.children.map((child) => encodeBodyStructure(source, child, isExtended)).join("");
  // The grammar wants at least one part where the message has none.
  const empty = `(${EMPTY_PART}${isExtended ? " NIL NIL NIL NIL" : ""})`;
  const fields = [`${children || empty} ${encodeString(part.subtype)}`];
  if (isExtended) fields.push(encodeParameters(part.parameters), ...encodeExtension(source, part));
  return `(${fields.join(" ")})`;
}

function encodeSinglePart(source: Buffer, part: MimePart, isExtended: boolean): string {
  const value = (name: string): string | undefined => headerValue(source, part.header, name);
  const isText = part.type.toLowerCase() === "text";
  const needsCharset = isText && findParameter(part.parameters, "charset") === undefined;
  const parameters: readonly MimeParameter[] = needsCharset
    ? [...part.parameters, ["charset", "us-ascii"]]
    : part.parameters;
  const fields = [
    encodeString(part.type),
    encodeString(part.subtype),
    encodeParameters(parameters),
    encodeNstring(value("content-id")),
    encodeNstring(value("content-description")),
    encodeString(value("content-transfer-encoding") || "7bit"),
    `${part.end - part.header.bodyStart}`,
  ];
  if (part.message) {
    fields.push(
      encodeEnvelope(source, part.message.header),
      encodeBodyStructure(source, part.message, isExtended),
    );
  }
  if (part.message || isText) fields.push(`${countLines(source, part.header.bodyStart, part.end)}`);
  if (isExtended) fields.push(encodeNstring(value("content-md5")), ...encodeExtension(source, part));
  return `(${fields.join(" ")})`;
}

/** Disposition, language, location. */
function encodeExtension(source: Buffer, part: MimePart): string[] {
  const disposition = headerValue(source, part.header, "content-disposition");
  const language = headerValue(source, part.header, "content-language");
  return [
    disposition ? encodeDisposition(parseParameterized(disposition)) : "NIL",
    language ? encodeLanguages(language) : "NIL",
    encodeNstring(headerValue(source, part.header, "content-location")),
  ];
}

function encodeDisposition({ value, parameters }: ParameterizedValue): string {
  return `(${encodeString(value)} ${encodeParameters(parameters)})`;
}

function encodeLanguages(value: string): string {
  const tags = value.split(",").map((tag) => encodeString(tag.trim()));
  return `(${tags.join(" ")})`;
}

function encodeParameters(parameters: readonly MimeParameter[]): string {
  if (parameters.length === 0) return "NIL";
  return `(${parameters.map(([name, value]) => `${encodeString(name)} ${encodeString(value)}`).join(" ")})`;
}

function countLines(source: Buffer, start: number, end: number): number {
  let lines = 0;
  for (let at = source.indexOf(LF, start); at >= 0 && at < end; at = source.indexOf(LF, at + 1)) lines += 1;
  return lines;
}
