import type { Readable } from "node:stream";
import { showAs } from "../inspectable.js";
import type { StreamedAttachment } from "./streamed-part.js";

/** Everything about a {@link StreamedAttachment} but its bytes. */
export type PassingDescription = Omit<StreamedAttachment, "content">;

/** A {@link StreamedAttachment}; neither JSON nor a console shows its stream. */
export class PassingAttachment implements StreamedAttachment {
  readonly path: string;
  readonly filename: string | undefined;
  readonly safeFilename: string;
  readonly contentType: string;
  readonly disposition: string | undefined;
  readonly contentId: string | undefined;
  readonly isRelated: boolean;
  readonly content: Readable;

  constructor(description: PassingDescription, content: Readable) {
    this.path = description.path;
    this.filename = description.filename;
    this.safeFilename = description.safeFilename;
    this.contentType = description.contentType;
    this.disposition = description.disposition;
    this.contentId = description.contentId;
    this.isRelated = description.isRelated;
    this.content = content;
    showAs<PassingAttachment>(PassingAttachment.prototype, "StreamedAttachment", (shown) => shown.toJSON());
  }

  toJSON(): PassingDescription {
    const { content: _, ...description } = this;
    return description;
  }
}
