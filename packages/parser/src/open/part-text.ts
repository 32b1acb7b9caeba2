import { isUtf8 } from "node:buffer";
import { decodeCharset } from "../decode/charset.js";
import { decodeFlowed } from "../decode/format-flowed.js";
import { toLfBytes, toLfText } from "../decode/line-ends.js";
import { decodeTransferEncoding } from "../decode/transfer-encoding.js";
import type { DefectLog } from "../message/defect.js";
import type { MimeNode } from "../structure/mime-node.js";

const META_SEARCH_BYTES = 2_048;
const META_CHARSET = /<meta[^>]{0,200}charset=["']?([\w-]{1,40})/i;

/** The body of a leaf with its Content-Transfer-Encoding undone. */
export function decodePartBytes(bytes: Buffer, part: MimeNode, defects: DefectLog): Buffer {
  const encoding = part.transferEncoding;
  const body = decodeTransferEncoding(bytes.subarray(part.bodyStart, part.bodyEnd), encoding);
  if (body.problem !== undefined)
    defects.add(body.problem, `Content-Transfer-Encoding: ${encoding.slice(0, 40)}`, part.path);
  return body.bytes;
}

/** The text of a leaf with line ends of LF, its soft line breaks joined (`format=flowed`). */
export function decodePartText(bytes: Buffer, part: MimeNode, defects: DefectLog): string {
  return decodeTextBytes(decodePartBytes(bytes, part, defects), part, defects);
}

/** Like {@link decodePartText}, for bytes whose Content-Transfer-Encoding is undone already. */
export function decodeTextBytes(content: Buffer, part: MimeNode, defects: DefectLog): string {
  const label =
    part.parameters.get("charset") ?? (part.contentType === "text/html" ? metaCharset(content) : undefined);
  const { text, unknownLabel, mislabelled } = decodeCharset(withPlainLines(content, part, label), label);
  if (unknownLabel) defects.add("unknown-charset", `charset ${label?.slice(0, 40)}`, part.path);
  if (mislabelled) defects.add("mislabelled-charset", `charset ${label?.slice(0, 40)}`, part.path);
  // Elsewhere the bytes had no CR left, and a look for one would flatten a text that is still in pieces.
  return mayHideLineEnds(label) ? toLfText(text) : text;
}

/** Line ends and soft breaks are dealt with in the bytes, which costs no memory per line. */
function withPlainLines(content: Buffer, part: MimeNode, label: string | undefined): Buffer {
  if (isUtf16(label)) return content;
  const lines = toLfBytes(content);
  const isFlowed =
    part.contentType === "text/plain" && part.parameters.get("format")?.toLowerCase() === "flowed";
  return isFlowed ? decodeFlowed(lines, part.parameters.get("delsp")?.toLowerCase() === "yes") : lines;
}

function isUtf16(label: string | undefined): boolean {
  return label?.toLowerCase().includes("16") === true;
}

/** UTF-7 has them in base64. */
function mayHideLineEnds(label: string | undefined): boolean {
  return isUtf16(label) || label?.toLowerCase().includes("7") === true;
}

function metaCharset(content: Buffer): string | undefined {
  if (isUtf8(content)) return undefined;
  return META_CHARSET.exec(content.toString("latin1", 0, META_SEARCH_BYTES))?.[1];
}
