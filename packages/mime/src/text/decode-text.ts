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
  const isWide = name.startsWith("utf-16");
  const { text, isUnknownCharset, isMislabelled } = decodeCharset(
    isWide ? bytes : withPlainLines(bytes, type),
    charset,
    options,
  );
  // Elsewhere the bytes had no CR left, and a look for one would flatten a text that is still in pieces.
  const mayHaveCr = isWide || name === "utf-7";
  return { text: mayHaveCr ? toLfText(text) : text, charset, isUnknownCharset, isMislabelled };
}

/** Line ends and soft breaks are dealt with in the bytes, which costs no memory per line. */
function withPlainLines(bytes: Buffer, { contentType, parameters }: TextType): Buffer {
  const lines = toLfBytes(bytes);
  if (contentType !== "text/plain" || parameters.get("format")?.toLowerCase() !== "flowed") return lines;
  return decodeFlowed(lines, parameters.get("delsp")?.toLowerCase() === "yes");
}

function htmlCharset(bytes: Buffer, type: TextType): string | undefined {
  return type.contentType === "text/html" && !isUtf8(bytes) ? findHtmlCharset(bytes) : undefined;
}
