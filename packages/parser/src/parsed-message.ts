import type { EmailAddress, EmailGroup } from "@mailwright/core";
import type { Attachment } from "./attachment.js";
import type { CalendarPart } from "./calendar-part.js";
import type { Defect } from "./defect.js";
import type { MessageHeaders } from "./message-headers.js";
import type { MimePart } from "./mime-part.js";
import type { Protection } from "./protection.js";

/** An entry of an address header: one mailbox, or a named group of them. */
export type AddressEntry = EmailAddress | EmailGroup;

/** A message; what takes work is decoded when it is first asked for. */
export interface ParsedMessage {
  readonly headers: MessageHeaders;
  readonly from: readonly AddressEntry[];
  readonly sender: readonly AddressEntry[];
  readonly replyTo: readonly AddressEntry[];
  readonly to: readonly AddressEntry[];
  readonly cc: readonly AddressEntry[];
  readonly bcc: readonly AddressEntry[];
  readonly subject: string | undefined;
  /** From Date; from the newest Received when that is missing or makes no sense. */
  readonly date: Date | undefined;
  /** With angle brackets, as all message identifiers here. */
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  /** The plain text bodies, joined, with line ends of LF; `undefined` when the message has none. */
  readonly text: string | undefined;
  /**
   * The HTML bodies, joined: the sender's markup, scripts included. Show it in a sandbox, or after `sanitizeHtml` only.
   * `undefined` when the message has none.
   */
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
  /** The MIME tree with byte offsets. */
  readonly structure: MimePart;
  /** The first invitation or reply to one (`text/calendar`), if any. */
  readonly calendar: CalendarPart | undefined;
  /** Encryption found; nothing is decrypted. */
  readonly encryption: Protection | undefined;
  /** A signature found; nothing is verified. */
  readonly signature: Protection | undefined;
  /** What is wrong with the message, as far as it has been decoded by now. */
  readonly defects: readonly Defect[];
  /** A limit was met and something is missing; `defects` says which. */
  readonly truncated: boolean;
}
