import type { AttachmentDescription } from "./attachment-description.js";
import type { CalendarPart } from "./calendar-part.js";
import type { MessageDefect } from "./message-defect.js";
import type { MessageEnvelope } from "./message-envelope.js";
import type { MessageJson } from "./message-json.js";
import type { MimePart } from "./mime-part.js";
import type { Protection } from "./protection.js";

/** A message; what takes work is decoded when it is first asked for. */
export interface ParsedMessage extends MessageEnvelope {
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
  readonly defects: readonly MessageDefect[];
  /** A limit was met and something is missing; `defects` says which. */
  readonly isTruncated: boolean;
  /** Plain data, for `JSON.stringify`: decodes everything. The bytes of attachments and the structure are left out. */
  toJSON(): MessageJson;
}

/** A part of a message that is not one of its bodies. */
export interface Attachment extends AttachmentDescription {
  /** Size of the decoded content; decodes it when first asked. */
  readonly sizeBytes: number;
  /**
   * The decoded bytes; decoded anew at each call, so that nothing large is kept, but for the files that stood in a
   * `winmail.dat` or uuencoded in a text.
   */
  content(): Buffer;
  /**
   * Hash of the decoded bytes in hexadecimal, by any algorithm of `node:crypto`.
   *
   * @defaultValue algorithm `"sha256"`
   */
  checksum(algorithm?: string): string;
  /**
   * The message in a `message/rfc822` or `message/global` part, parsed with the same limits; `undefined` for other
   * types, and when messages are nested deeper than `maxDepth`.
   */
  message(): ParsedMessage | undefined;
}
