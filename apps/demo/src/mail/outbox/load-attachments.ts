import { InvalidMessageError } from "@mailwright/smtp";
import { readUpload } from "../../store/outbox/uploads.js";
import type { Tenant } from "../../store/tenant.js";

/** A file that somebody wants sent: with its content in base64, or uploaded before. */
export type SendAttachment =
  | {
      readonly filename: string;
      readonly contentType: string;
      readonly content: string;
      /** What the HTML shows it by. */
      readonly cid?: string | undefined;
    }
  | { readonly uploadId: string; readonly cid?: string | undefined };

/** A file with its bytes. */
export interface LoadedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly cid?: string | undefined;
}

/** Of all files of a message together: servers take no more, and it is held in memory. */
const MAX_MB = 30;
const BYTES_OF_MB = 1024 * 1024;

/** The files of a message with their bytes. Rejects with `InvalidMessageError` for one that is not there, or for too much. */
export async function loadAttachments(
  tenant: Tenant,
  attachments: readonly SendAttachment[],
): Promise<LoadedAttachment[]> {
  const loaded: LoadedAttachment[] = [];
  let total = 0;
  for (const [index, attachment] of attachments.entries()) {
    const file = await load(tenant, attachment);
    if (file === undefined) throw refuse(index, "missing", "The file is not there any more; attach it again");
    total += file.content.length;
    if (total > MAX_MB * BYTES_OF_MB)
      throw refuse(index, "too-large", `A message takes ${MAX_MB} MB of files at most`);
    loaded.push(file);
  }
  return loaded;
}

/** The same files without their bytes, for a look at what is said of them. */
export function withoutBytes(attachments: readonly SendAttachment[]): LoadedAttachment[] {
  return attachments.map((attachment) => ({
    filename: "filename" in attachment ? attachment.filename : "file",
    contentType: "contentType" in attachment ? attachment.contentType : "application/octet-stream",
    content: Buffer.alloc(0),
    cid: attachment.cid,
  }));
}

async function load(tenant: Tenant, attachment: SendAttachment): Promise<LoadedAttachment | undefined> {
  if ("content" in attachment) return { ...attachment, content: Buffer.from(attachment.content, "base64") };
  const upload = await readUpload(tenant, attachment.uploadId);
  if (upload === undefined) return undefined;
  const { filename, contentType, bytes: content } = upload;
  return { filename, contentType, content, cid: attachment.cid };
}

function refuse(index: number, code: "missing" | "too-large", message: string): InvalidMessageError {
  return new InvalidMessageError([{ path: `attachments[${index}]`, code, message }]);
}
