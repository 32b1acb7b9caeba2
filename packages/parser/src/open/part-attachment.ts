import { createHash } from "node:crypto";
import type { AttachmentDescription } from "../message/attachment-description.js";
import type { AttachmentJson } from "../message/message-json.js";
import type { Attachment, ParsedMessage } from "../message/parsed-message.js";
import { toAttachmentJson } from "./to-json.js";

/** An {@link Attachment} whose bytes come from a function. */
export class PartAttachment implements Attachment {
  readonly path: string;
  readonly filename: string | undefined;
  readonly safeFilename: string;
  readonly contentType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly disposition: string | undefined;
  readonly contentId: string | undefined;
  readonly isRelated: boolean;
  readonly #decode: () => Buffer;
  readonly #parseNested: (bytes: Buffer) => ParsedMessage | undefined;
  #sizeBytes: number | undefined;

  constructor(
    description: AttachmentDescription,
    decode: () => Buffer,
    parseNested: (bytes: Buffer) => ParsedMessage | undefined,
  ) {
    this.path = description.path;
    this.filename = description.filename;
    this.safeFilename = description.safeFilename;
    this.contentType = description.contentType;
    this.parameters = description.parameters;
    this.disposition = description.disposition;
    this.contentId = description.contentId;
    this.isRelated = description.isRelated;
    this.#decode = decode;
    this.#parseNested = parseNested;
  }

  get sizeBytes(): number {
    this.#sizeBytes ??= this.#decode().length;
    return this.#sizeBytes;
  }

  content(): Buffer {
    const content = this.#decode();
    this.#sizeBytes = content.length;
    return content;
  }

  checksum(algorithm = "sha256"): string {
    return createHash(algorithm).update(this.#decode()).digest("hex");
  }

  message(): ParsedMessage | undefined {
    const isMessage = this.contentType === "message/rfc822" || this.contentType === "message/global";
    return isMessage ? this.#parseNested(this.#decode()) : undefined;
  }

  toJSON(): AttachmentJson {
    return toAttachmentJson(this);
  }
}
