import { isUtf8 } from "node:buffer";
import { asBuffer } from "../bytes/as-buffer.js";
import { normalizeLabel } from "../charset/charset-label.js";
import { type DecodedText, type DecodeOptions, decodeCharset } from "../charset/decode-charset.js";
import { findCharset } from "../charset/find-charset.js";
import { findHtmlCharset } from "../charset/find-html-charset.js";
import { decodeFlowed } from "./decode-flowed.js";
import { toLfBytes, toLfText } from "./line-ends.js";

/** What the header of a part, or an IMAP body structure, says of a text. */
export interface TextType {
  /** Media type in lower case: `"text/plain"`, `"text/html"` … */
  readonly contentType: string;
  /** Of Content-Type, names in lower case: `charset`, `format` and `delsp` count. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** The text of a part. */
export interface PartText extends DecodedText {
  /** The label that was gone by; `undefined` when neither the header nor the HTML named one. */
  readonly charset: string | undefined;
}

/**
 * Reads the text of a part whose transfer encoding is undone: charset, line ends of LF, and soft line breaks joined
 * (`format=flowed`). This is what every reader of mail here goes through, so that all show the same text.
 */
export function decodeText(content: Uint8Array, type: TextType, options?: DecodeOptions): PartText {
  const bytes = asBuffer(content);
  const charset = type.parameters.get("charset") ?? htmlCharset(bytes, type);
  const name = findCharset(normalizeLabel(charset))?.name ?? "";
  const isKept =
    name.startsWith("utf-16") || (bytes.length <= SHORT_BYTES && SIMPLE.has(name) && !isFlowed(type));
  const { text, isUnknownCharset, isMislabelled } = decodeCharset(
    isKept ? bytes : withPlainLines(bytes, type),
    charset,
    options,
  );
  // Elsewhere the bytes had no CR left, and a look for one would flatten a text that is still in pieces.
  const mayHaveCr = isKept || name === "utf-7";
  return { text: mayHaveCr ? toLfText(text) : text, charset, isUnknownCharset, isMislabelled };
}

/** Of short texts the line ends are turned in the string, in half the time; long ones would take memory for each line. */
const SHORT_BYTES = 16_384;
/** Charsets in which neither CR nor LF is a part of anything else, whatever else is wrong; the first is for none. */
const SIMPLE: ReadonlySet<string> = new Set(["", "utf-8", "windows-1252"]);

/** Line ends and soft breaks are dealt with in the bytes, which costs no memory per line. */
function withPlainLines(bytes: Buffer, type: TextType): Buffer {
  const lines = toLfBytes(bytes);
  return isFlowed(type) ? decodeFlowed(lines, type.parameters.get("delsp")?.toLowerCase() === "yes") : lines;
}

function isFlowed({ contentType, parameters }: TextType): boolean {
  return contentType === "text/plain" && parameters.get("format")?.toLowerCase() === "flowed";
}

function htmlCharset(bytes: Buffer, type: TextType): string | undefined {
  return type.contentType === "text/html" && !isUtf8(bytes) ? findHtmlCharset(bytes) : undefined;
}
