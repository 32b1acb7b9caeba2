import type { Attachment } from "./attachment.js";
import type { CalendarPart } from "./calendar-part.js";
import type { Defect } from "./defect.js";
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
  readonly defects: readonly Defect[];
  /** A limit was met and something is missing; `defects` says which. */
  readonly truncated: boolean;
  /** Plain data, for `JSON.stringify`: decodes everything. The bytes of attachments and the structure are left out. */
  toJSON(): MessageJson;
}
