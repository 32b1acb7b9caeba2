import type { AddressEntry, HeaderField } from "@mailwright/mime";
import type { MessageEnvelope } from "./message-envelope.js";

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

/** What the header of a message says, as plain data. */
export function toEnvelopeJson(envelope: MessageEnvelope): EnvelopeJson {
  const { from, sender, replyTo, to, cc, bcc, subject, messageId, inReplyTo, references } = envelope;
  const date = envelope.date?.toISOString();
  const headers = envelope.headers.toJSON();
  return { from, sender, replyTo, to, cc, bcc, subject, date, messageId, inReplyTo, references, headers };
}
