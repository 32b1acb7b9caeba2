import { createHash } from "node:crypto";
import type { Attachment } from "./attachment.js";
import type { ParsedMessage } from "./parsed-message.js";

/** Everything about an attachment but its bytes. */
export type AttachmentDescription = Omit<Attachment, "sizeBytes" | "content" | "checksum" | "message">;

/** Makes an attachment of its description and a function that decodes its bytes. */
export function createAttachment(
  description: AttachmentDescription,
  decode: () => Buffer,
  parseNested: (bytes: Buffer) => ParsedMessage | undefined,
): Attachment {
  let sizeBytes: number | undefined;
  const content = (): Buffer => {
    const decoded = decode();
    sizeBytes = decoded.length;
    return decoded;
  };
  return {
    ...description,
    get sizeBytes() {
      return sizeBytes ?? content().length;
    },
    content,
    checksum: (algorithm = "sha256") => createHash(algorithm).update(content()).digest("hex"),
    message: () => {
      const isMessage =
        description.contentType === "message/rfc822" || description.contentType === "message/global";
      return isMessage ? parseNested(content()) : undefined;
    },
  };
}
