import type { DsnRequest } from "./outgoing-message.js";

/**
 * A message ready to go: what every attempt sends, byte for byte. Goes through JSON and `structuredClone` and comes back by
 * `RenderedMessage.from`.
 */
export interface RenderedMessage {
  /** With angle brackets. */
  readonly messageId: string;
  readonly date: Date;
  /** Complete, with CRLF line ends, without Bcc fields and without the dot-stuffing of the wire. */
  readonly bytes: Buffer;
  /** SmtpEnvelope sender; empty for the null sender. */
  readonly from: string;
  /** SmtpEnvelope recipients, each once. */
  readonly recipients: readonly string[];
  /** Not all of it is ASCII: only a server with 8BITMIME can take it (RFC 6152 §3). */
  readonly is8Bit: boolean;
  /** An address is not ASCII before its @, or a header field is not ASCII: only a server with SMTPUTF8 can take it. */
  readonly needsUtf8: boolean;
  readonly requireTls: boolean;
  readonly dsn: DsnRequest | undefined;
}

/** A {@link RenderedMessage} whose JSON holds its bytes in base64; on the prototype, so that a clone is plain data. */
export class RenderedMail implements RenderedMessage {
  readonly messageId: string;
  readonly date: Date;
  readonly bytes: Buffer;
  readonly from: string;
  readonly recipients: readonly string[];
  readonly is8Bit: boolean;
  readonly needsUtf8: boolean;
  readonly requireTls: boolean;
  readonly dsn: DsnRequest | undefined;

  constructor(fields: RenderedMessage) {
    this.messageId = fields.messageId;
    this.date = fields.date;
    this.bytes = fields.bytes;
    this.from = fields.from;
    this.recipients = fields.recipients;
    this.is8Bit = fields.is8Bit;
    this.needsUtf8 = fields.needsUtf8;
    this.requireTls = fields.requireTls;
    this.dsn = fields.dsn;
  }

  toJSON(): Record<string, unknown> {
    const { messageId, date, bytes, from, recipients, is8Bit, needsUtf8, requireTls, dsn } = this;
    const encoded = bytes.toString("base64");
    return { messageId, date, bytes: encoded, from, recipients, is8Bit, needsUtf8, requireTls, dsn };
  }
}
