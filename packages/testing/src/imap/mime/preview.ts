import { decodeBodyText } from "./decode.js";
import { headerValue } from "./header.js";
import { isMultipart, type MimePart, parseMime } from "./mime.js";

const MAX_CHARACTERS = 200;
/** The beginning of a preview is in the beginning of a page. */
const MAX_HTML = 20_000;

/** The beginning of what a message says, on one line (PREVIEW, RFC 8970); empty when it has no text. */
export function toPreview(source: Buffer): string {
  const texts = [...textParts(source, parseMime(source))];
  const part = texts.find(({ subtype }) => subtype.toLowerCase() === "plain") ?? texts[0];
  if (part === undefined) return "";
  const text = decodeBodyText(source, part);
  const plain = part.subtype.toLowerCase() === "html" ? withoutMarkup(text.slice(0, MAX_HTML)) : text;
  return [...plain.replace(/\s+/g, " ").trim()].slice(0, MAX_CHARACTERS).join("");
}

function* textParts(source: Buffer, part: MimePart): Generator<MimePart> {
  if (isMultipart(part)) for (const child of part.children) yield* textParts(source, child);
  else if (part.type.toLowerCase() === "text" && !isAttached(source, part)) yield part;
}

function isAttached(source: Buffer, part: MimePart): boolean {
  return /^\s*attachment\b/i.test(headerValue(source, part.header, "content-disposition") ?? "");
}

function withoutMarkup(html: string): string {
  return html
    .replace(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
