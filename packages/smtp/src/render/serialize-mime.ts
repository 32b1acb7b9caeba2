import type MailComposer from "nodemailer/lib/mail-composer";
import { encode, wrap } from "nodemailer/lib/qp";
import { toBase64Lines } from "../wire/base64-lines.js";
import { toCrlf } from "../wire/to-crlf.js";

/** A node of nodemailer's MIME tree. */
export type MimeTree = ReturnType<MailComposer["compile"]>;

const LINE_CHARACTERS = 76;
/** Quoted-printable text above this size goes through nodemailer's stream, which holds less at a time. */
const MAX_QUOTED_BYTES = 1024 * 1024;

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
  if (encoding === "base64")
    return toBase64Lines(typeof content === "string" ? Buffer.from(content) : content);
  if (encoding !== "quoted-printable") return toCrlf(Buffer.from(content));
  if (content.length > MAX_QUOTED_BYTES) return undefined;
  return toCrlf(Buffer.from(wrap(encode(content), LINE_CHARACTERS), "latin1"));
}
