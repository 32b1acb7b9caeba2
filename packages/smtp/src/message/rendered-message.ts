import type { DsnRequest } from "./outgoing-message.js";

/** A message ready to go: what every attempt sends, byte for byte. */
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
