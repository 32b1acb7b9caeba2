import { encodeBase64, encodeQuotedPrintable } from "@mailwright/mime";
import type MailComposer from "nodemailer/lib/mail-composer";
import { toCrlf } from "../wire/to-crlf.js";

/** A node of nodemailer's MIME tree. */
export type MimeTree = ReturnType<MailComposer["compile"]>;

/**
 * The bytes of a MIME tree whose contents are all at hand, with CRLF throughout. nodemailer's own `build()`
 * gives the same through a dozen streams and event loop turns for each node, which is most of the time that
 * a small message takes. `undefined` for what is better left to it.
 */
export function serializeMime(root: MimeTree): Buffer | undefined {
  const parts: Buffer[] = [];
  return append(root, parts) ? Buffer.concat(parts) : undefined;
}

function append(node: MimeTree, parts: Buffer[]): boolean {
  // First of all: it decides on boundary and transfer encoding.
  const head = node.buildHeaders();
  parts.push(Buffer.from(`${head}\r\n\r\n`));
  const { content, boundary } = node;
  if (content !== undefined && content !== "") {
    const body = encodeContent(content, node.getTransferEncoding());
    if (body === undefined) return false;
    parts.push(body);
  }
  if (node.multipart === false || node.multipart === undefined) return true;
  for (const [index, child] of node.childNodes.entries()) {
    parts.push(Buffer.from(`${index === 0 ? "" : "\r\n"}--${boundary}\r\n`));
    if (!append(child, parts)) return false;
  }
  parts.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  return true;
}

function encodeContent(content: MimeTree["content"], encoding: string | false): Buffer | undefined {
  if (typeof content !== "string" && !Buffer.isBuffer(content)) return undefined;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  if (encoding === "base64") return encodeBase64(bytes);
  return encoding === "quoted-printable" ? encodeQuotedPrintable(toCrlf(bytes)) : toCrlf(bytes);
}
