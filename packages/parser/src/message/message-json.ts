import type { AddressEntry, HeaderField } from "@mailwright/mime";
import type { AttachmentDescription } from "./attachment-description.js";
import type { CalendarPart } from "./calendar-part.js";
import type { MessageDefect } from "./message-defect.js";
import type { Protection } from "./protection.js";

/** A {@link MessageEnvelope} as plain data. JSON leaves out what is `undefined`. */
export interface EnvelopeJson {
  readonly from: readonly AddressEntry[];
  readonly sender: readonly AddressEntry[];
  readonly replyTo: readonly AddressEntry[];
  readonly to: readonly AddressEntry[];
  readonly cc: readonly AddressEntry[];
  readonly bcc: readonly AddressEntry[];
  readonly subject: string | undefined;
  /** As ISO 8601 in UTC: `"2026-11-20T09:13:00.000Z"`. */
  readonly date: string | undefined;
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  /** All fields in order, decoded. */
  readonly headers: readonly HeaderField[];
}

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
