import type { AttachmentDescription } from "./attachment-description.js";
import type { CalendarPart } from "./calendar-part.js";
import type { MessageDefect } from "./message-defect.js";
import type { EnvelopeJson } from "./message-envelope.js";
import type { Protection } from "./protection.js";

/** Everything about an {@link Attachment} but its bytes, as plain data. */
export interface AttachmentJson extends Omit<AttachmentDescription, "parameters"> {
  readonly parameters: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
}

/** A {@link ParsedMessage} as plain data, without the bytes of its attachments and without its structure. */
export interface MessageJson extends EnvelopeJson {
  readonly text: string | undefined;
  /** The sender's markup, scripts included, as in {@link ParsedMessage.html}. */
  readonly html: string | undefined;
  readonly attachments: readonly AttachmentJson[];
  readonly calendar: CalendarPart | undefined;
  readonly encryption: Protection | undefined;
  readonly signature: Protection | undefined;
  readonly defects: readonly MessageDefect[];
  /** As in {@link ParsedMessage.isTruncated}; or a text, HTML or calendar of more than 25 million characters was cut. */
  readonly isTruncated: boolean;
}
