import { toSafeFilename } from "../files/safe-filename.js";
import type { AttachmentDescription } from "../message/attachment-description.js";
import type { Attachment } from "../message/parsed-message.js";
import type { MimeNode } from "../structure/mime-node.js";
import { decodeTnef } from "../tnef/decode-tnef.js";
import type { MessageParts } from "./message-parts.js";
import { PartAttachment } from "./part-attachment.js";
import { decodePartBytes } from "./part-text.js";
import type { BodySelection } from "./select-bodies.js";
import { splitTextPart } from "./split-text-part.js";

/** Lists the attachments of a message: its other parts in order, then the files that stood uuencoded in its text. */
export function collectAttachments(parts: MessageParts, bodies: BodySelection): readonly Attachment[] {
  const collector = new AttachmentCollector(parts);
  for (const part of bodies.attachments) collector.addPart(part);
  for (const part of bodies.text) if (part.contentType === "text/plain") collector.addUuencoded(part);
  return collector.attachments;
}

const UUENCODE_START = Buffer.from("begin ");

interface ContainedFile {
  readonly filename: string | undefined;
  readonly contentType?: string | undefined;
  readonly contentId?: string | undefined;
  readonly content: Buffer;
}

class AttachmentCollector {
  readonly attachments: Attachment[] = [];
  readonly #parts: MessageParts;
  readonly #takenNames = new Map<string, number>();

  constructor(parts: MessageParts) {
    this.#parts = parts;
  }

  addPart(part: MimeNode): void {
    const { bytes, defects } = this.#parts;
    const { path, filename, contentType, parameters, disposition, contentId } = part;
    const isRelated = part.parent?.contentType === "multipart/related";
    const safeFilename = this.#safeName(filename, contentType);
    const decode = (): Buffer => decodePartBytes(bytes, part, defects);
    this.#add(
      { path, filename, safeFilename, contentType, parameters, disposition, contentId, isRelated },
      decode,
    );
    if (isTnef(part)) this.#addTnef(part, decode);
  }

  addUuencoded(part: MimeNode): void {
    const { bytes, defects } = this.#parts;
    const raw = bytes.subarray(part.bodyStart, part.bodyEnd);
    if (part.transferEncoding !== "base64" && !raw.includes(UUENCODE_START)) return;
    for (const [index, file] of splitTextPart(bytes, part, defects).files.entries())
      this.#addContained(file, `${part.path}/uuencode.${index + 1}`);
  }

  #addTnef(part: MimeNode, decode: () => Buffer): void {
    for (const [index, file] of (decodeTnef(decode())?.files ?? []).entries())
      this.#addContained(file, `${part.path}/tnef.${index + 1}`);
  }

  /** A file of a container is kept: to read all of them, the container would be decoded once for each. */
  #addContained(file: ContainedFile, path: string): void {
    const { filename, contentType = "application/octet-stream", contentId, content } = file;
    const description = {
      path,
      filename,
      safeFilename: this.#safeName(filename, contentType),
      contentType,
      parameters: new Map<string, string>(),
      disposition: "attachment",
      contentId,
      isRelated: false,
    };
    this.#add(description, () => content);
  }

  #add(description: AttachmentDescription, decode: () => Buffer): void {
    this.attachments.push(new PartAttachment(description, decode, this.#parts.parseNested));
  }

  #safeName(filename: string | undefined, contentType: string): string {
    const extension = EXTENSIONS.get(contentType) ?? "";
    const fallback = `attachment-${this.attachments.length + 1}${extension}`;
    return toSafeFilename(filename, { fallback, taken: this.#takenNames });
  }
}

/** QUIRK: the type is often application/octet-stream; the name never varies. */
export function isTnef(part: MimeNode): boolean {
  return TNEF_TYPES.has(part.contentType) || part.filename?.toLowerCase() === "winmail.dat";
}

const TNEF_TYPES: ReadonlySet<string> = new Set(["application/ms-tnef", "application/vnd.ms-tnef"]);
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["message/rfc822", ".eml"],
  ["text/plain", ".txt"],
  ["text/html", ".html"],
  ["text/calendar", ".ics"],
  ["image/jpeg", ".jpg"],
  ["image/png", ".png"],
  ["image/gif", ".gif"],
  ["application/pdf", ".pdf"],
]);
