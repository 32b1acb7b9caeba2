import type { AddressEntry, HeaderField, MessageHeaders } from "@mailwright/mime";

/** What the header of a message says. */
export interface MessageEnvelope {
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
  /** Plain data, for `JSON.stringify`. */
  toJSON(): EnvelopeJson;
}

/** A {@link MessageEnvelope} as plain data. JSON leaves out what is `undefined`. */
export interface EnvelopeJson extends Omit<MessageEnvelope, "date" | "headers" | "toJSON"> {
  /** As ISO 8601 in UTC: `"2026-11-20T09:13:00.000Z"`. */
  readonly date: string | undefined;
  /** All fields in order, decoded. */
  readonly headers: readonly HeaderField[];
}
