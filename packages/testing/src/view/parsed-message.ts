import type { MailAddress, MessageHeaders } from "@mailwright/mime";

/** A file, an inline image or an attached message. */
export interface ParsedAttachment {
  /** @defaultValue undefined when the part has no name */
  readonly filename: string | undefined;
  /** Media type in lower case. */
  readonly contentType: string;
  /** Without its angle brackets: what `cid:` in HTML refers to. */
  readonly contentId: string | undefined;
  /** Shown within the text rather than beside it. */
  readonly isInline: boolean;
  /** Its transfer encoding undone. */
  readonly content: Buffer;
}

/** What a person sees of a message, for assertions. Read leniently: what cannot be read is left out or as it stands. */
export interface ParsedMessage {
  /** `undefined` when there is no such field. */
  readonly subject: string | undefined;
  readonly from: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  /** Recipients of the envelope that no field names, and whom a Bcc field names. */
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly date: Date | undefined;
  /** With its angle brackets. */
  readonly messageId: string | undefined;
  /** All fields, decoded: `headers.get("List-Unsubscribe")`. */
  readonly headers: MessageHeaders;
  /** Its plain parts one after the other, line ends LF. */
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly ParsedAttachment[];
}
