import { headerValue } from "./header.js";
import { isMultipart, type MimePart } from "./mime.js";
import { findParameter } from "./mime-parameters.js";

const ENCODINGS: ReadonlySet<string> = new Set(["", "7bit", "8bit", "binary", "base64", "quoted-printable"]);
const ENCODED_WORD = /=\?([^?*]+)(?:\*[^?]*)?\?([BQ])\?([^?]*)\?=(\s+(?==\?[^?]+\?[BQ]\?))?/gi;

/** Decodes RFC 2047 words in a header value that holds bytes as Latin-1; raw 8-bit text counts as UTF-8. */
export function decodeHeaderText(value: string): string {
  const text = Buffer.from(value, "latin1").toString("utf8");
  if (!text.includes("=?")) return text;
  return text.replace(ENCODED_WORD, (_, charset: string, encoding: string, content: string) => {
    const bytes =
      encoding.toUpperCase() === "B"
        ? Buffer.from(content, "base64")
        : decodeQuotedPrintable(content.replaceAll("_", " "));
    return decodeCharset(bytes, charset);
  });
}

/** The text that a SEARCH for BODY looks at: every text part, decoded. */
export function decodeBodyText(source: Buffer, part: MimePart): string {
  if (part.message) {
    const { start, bodyStart } = part.message.header;
    return `${decodeHeaderText(source.toString("latin1", start, bodyStart))}\n${decodeBodyText(source, part.message)}`;
  }
  if (isMultipart(part)) return part.children.map((child) => decodeBodyText(source, child)).join("\n");
  if (part.type.toLowerCase() !== "text") return "";
  const bytes = decodePart(source, part) ?? source.subarray(part.header.bodyStart, part.end);
  return decodeCharset(bytes, findParameter(part.parameters, "charset") ?? "utf-8");
}

/** The bytes of a part without its transfer encoding; `undefined` for an encoding that is not known. */
export function decodePart(source: Buffer, part: MimePart): Buffer | undefined {
  const body = source.subarray(part.header.bodyStart, part.end);
  const encoding = transferEncoding(headerValue(source, part.header, "content-transfer-encoding") ?? "");
  return ENCODINGS.has(encoding) ? decodeTransfer(body, encoding) : undefined;
}

/** The word itself, whatever comments stand around it. */
function transferEncoding(value: string): string {
  return value
    .replace(/\([^()]*\)/g, " ")
    .trim()
    .toLowerCase();
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body.toString("latin1"), "base64");
  if (encoding !== "quoted-printable") return body;
  // Blanks at the end of a line were added on the way; those before a soft line break are text (RFC 2045 §6.7).
  const text = body.toString("latin1").replace(/[ \t]+(?=\r?\n)/g, "");
  return decodeQuotedPrintable(text.replace(/=\r?\n/g, ""));
}

function decodeQuotedPrintable(text: string): Buffer {
  const binary = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(binary, "latin1");
}

function decodeCharset(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset.trim()).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
