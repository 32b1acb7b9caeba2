import type { Readable } from "node:stream";
import type { AttachmentDescription } from "../message/attachment-description.js";
import type { MessageDefect } from "../message/message-defect.js";
import type { MessageEnvelope } from "../message/message-envelope.js";

/** An attachment whose bytes pass by; all else is as in {@link Attachment}. */
export type StreamedAttachment = Omit<AttachmentDescription, "parameters"> & {
  /** To be read before the next part is asked for; what is left unread is skipped. */
  readonly content: Readable;
};

/** The header; comes first. */
export interface StreamedHeader {
  readonly type: "header";
  readonly envelope: MessageEnvelope;
}

/** One attachment, in the order of the message. */
export interface StreamedFile {
  readonly type: "attachment";
  readonly attachment: StreamedAttachment;
}

/** The bodies and what was wrong; comes last. */
export interface StreamedEnd {
  readonly type: "end";
  readonly text: string | undefined;
  /** The sender's markup, as in {@link ParsedMessage.html}. */
  readonly html: string | undefined;
  readonly defects: readonly MessageDefect[];
  /** A limit was met and something is missing. */
  readonly isTruncated: boolean;
}

/** What `streamMessage` yields. */
export type StreamedPart = StreamedHeader | StreamedFile | StreamedEnd;
