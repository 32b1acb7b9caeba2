import { asBuffer } from "../bytes/as-buffer.js";
import { dispositionField, typeField } from "./content-fields.js";
import { encodeFile } from "./encode-content.js";
import { isFieldOfMessage } from "./message-fields.js";
import type { MimeAttachment } from "./mime-message.js";
import { customField, leafPart, type MimePart } from "./mime-part.js";

const IMAGE = /^image\//i;
const MESSAGE = /^message\//i;
/** What describes the part follows from the rest of it; and nobody is to read of blind copies. */
const DESCRIBED = /^(?:content-(?:type|transfer-encoding|disposition|id)|(?:resent-)?bcc|mime-version)$/i;
const CONTENT_ID = /^[\x21-\x3b\x3d\x3f-\x7e]+$/;

/**
 * A file as a part. `isWhole` says that it is all that the message has: then it brings no fields along that the message
 * has its own of.
 */
export function attachmentPart(attachment: MimeAttachment, isWhole: boolean): MimePart {
  const { filename, contentType, content, cid, headers = [] } = attachment;
  let fields = typeField(contentType, filename);
  fields += dispositionField(attachment.disposition ?? usualDisposition(attachment), filename);
  if (cid !== undefined) fields += idField(cid);
  for (const [name, value] of headers) {
    if (DESCRIBED.test(name) || (isWhole && isFieldOfMessage(name))) continue;
    fields += customField(name, value);
  }
  return leafPart(fields, encodeFile(contentType, asBuffer(content)));
}

function usualDisposition({ contentType, cid }: MimeAttachment): "attachment" | "inline" {
  const isShown = MESSAGE.test(contentType) || (cid !== undefined && IMAGE.test(contentType));
  return isShown ? "inline" : "attachment";
}

function idField(cid: string): string {
  if (!CONTENT_ID.test(cid)) throw new RangeError(`No Content-ID: ${JSON.stringify(cid.slice(0, 100))}`);
  return `Content-ID: <${cid}>\r\n`;
}
