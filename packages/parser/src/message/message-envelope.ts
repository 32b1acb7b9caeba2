import type { AddressEntry, MessageHeaders } from "@mailwright/mime";
import type { EnvelopeJson } from "./message-json.js";

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
