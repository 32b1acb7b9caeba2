import type { MessageBody } from "../store/messages/bodies.js";
import type { MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import { imageType } from "./image-type.js";
import { readAttachment } from "./read-content.js";
import type { WebClients } from "./web-clients.js";

/** Of one mail; what is larger is a file to be saved. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_IMAGES = 50;

/** The images that a mail's HTML shows from the mail itself, by Content-ID, as `data:` URLs. */
export async function readInlineImages(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
  { html, attachments }: MessageBody,
): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  let left = MAX_BYTES;
  for (const { part, contentId, sizeBytes } of attachments.slice(0, MAX_IMAGES)) {
    if (contentId === null || !html?.includes(`cid:${contentId}`) || sizeBytes > left) continue;
    const content = await readAttachment(clients, tenant, message, part);
    const bytes = content && (await readAtMost(content.stream, left));
    const type = bytes && imageType(bytes);
    if (bytes === undefined || type === undefined) continue;
    left -= bytes.length;
    images.set(contentId, `data:${type};base64,${bytes.toString("base64")}`);
  }
  return images;
}

async function readAtMost(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) return undefined;
  }
  return Buffer.concat(chunks);
}
