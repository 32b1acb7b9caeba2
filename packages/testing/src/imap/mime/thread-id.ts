import { createHash } from "node:crypto";
import { headerValue } from "./header.js";
import { parseMime } from "./mime.js";

const MESSAGE_ID = /<[^<>\s]+>/;

/**
 * The THREADID of a message (RFC 8474 §5.2): the same for all that descend from one message by
 * their References or In-Reply-To; `undefined` for a message without any identifier.
 */
export function toThreadId(raw: Buffer): string | undefined {
  const { header } = parseMime(raw);
  for (const name of ["references", "in-reply-to", "message-id"]) {
    const root = MESSAGE_ID.exec(headerValue(raw, header, name) ?? "")?.[0];
    if (root !== undefined) return `T${createHash("sha1").update(root).digest("hex").slice(0, 24)}`;
  }
  return undefined;
}
