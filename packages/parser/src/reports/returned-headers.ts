import { MessageHeaders } from "@mailwright/mime";
import type { Attachment } from "../message/attachment.js";

/** The header of the message that came back with a report: whole, or as `text/rfc822-headers`. */
export function readReturnedHeaders(attachments: readonly Attachment[]): MessageHeaders | undefined {
  for (const part of attachments) {
    if (part.contentType === "text/rfc822-headers")
      return new MessageHeaders(part.content().toString("latin1"));
    const nested = part.message();
    if (nested !== undefined) return nested.headers;
  }
  return undefined;
}
