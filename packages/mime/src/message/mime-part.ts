import { encodeHeaderText } from "../header/encode-header-text.js";
import { foldText } from "../header/fold-text.js";
import { encodingField } from "./content-fields.js";
import type { EncodedContent } from "./encode-content.js";
import type { MessagePieces } from "./message-pieces.js";

/** One part of a message, or the whole of its body (RFC 2045 §2.4). */
export interface MimePart {
  /** Its header fields, each with its line end. */
  readonly fields: string;
  /** Not all of it is ASCII in lines of proper length: what it is in has to say so, too (RFC 2045 §6.4). */
  readonly is8Bit: boolean;
  /** Writes what follows the empty line after them. */
  writeBody(pieces: MessagePieces): void;
}

const NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const ASCII_TEXT = /^[\t\x20-\x7e]*$/;

/** A part that has a body of its own; the fields lack the one for its transfer encoding. */
export function leafPart(fields: string, { encoding, body }: EncodedContent): MimePart {
  return {
    fields: fields + encodingField(encoding),
    is8Bit: encoding === "8bit",
    writeBody: (pieces) => pieces.add(body),
  };
}

/**
 * Parts as one (RFC 2046 §5.1). `subtype` is the value without `multipart/`, with its parameters; the boundary must occur
 * in none of them.
 */
export function multiPart(subtype: string, parts: readonly MimePart[], boundary: string): MimePart {
  const is8Bit = parts.some((part) => part.is8Bit);
  const type = `Content-Type: multipart/${subtype};\r\n boundary="${boundary}"\r\n`;
  return {
    fields: is8Bit ? type + encodingField("8bit") : type,
    is8Bit,
    writeBody: (pieces) => {
      for (const [index, part] of parts.entries()) {
        pieces.add(`${index === 0 ? "" : "\r\n"}--${boundary}\r\n${part.fields}\r\n`);
        part.writeBody(pieces);
      }
      pieces.add(`\r\n--${boundary}--\r\n`);
    },
  };
}

/**
 * A field that stays as it was given where it is ASCII, and gets encoded-words else; nothing for an empty one. Throws a
 * `RangeError` for a name that is none.
 */
export function customField(name: string, value: string): string {
  if (!NAME.test(name)) throw new RangeError(`No name of a field: ${JSON.stringify(name.slice(0, 100))}`);
  const column = name.length + 2;
  const written = ASCII_TEXT.test(value) ? foldText(value, column) : encodeHeaderText(value, { column });
  return written === "" ? "" : `${name}: ${written}\r\n`;
}
