import { decodeText, decodeTransferEncoding } from "@mailwright/mime";
import type { DefectLog } from "../message/defect-log.js";
import type { MimeNode } from "../structure/mime-node.js";

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
  const { text, charset, isUnknownCharset, isMislabelled } = decodeText(content, part);
  if (isUnknownCharset) defects.add("unknown-charset", `charset ${charset?.slice(0, 40)}`, part.path);
  if (isMislabelled) defects.add("mislabelled-charset", `charset ${charset?.slice(0, 40)}`, part.path);
  return text;
}
