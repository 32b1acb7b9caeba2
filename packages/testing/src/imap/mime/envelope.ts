import { encodeNstring } from "../syntax/text.js";
import { encodeAddressList, parseAddressList } from "./address.js";
import { fieldValue, type MessageHeader } from "./header.js";

/** Quotes that close where they should not, as Gmail writes them. */
export function withoutEscapes(encoded: string): string {
  return encoded.replace(/\\(["\\])/g, "$1");
}

/** The ENVELOPE of a header (RFC 3501 §7.4.2): sender and reply-to fall back to from. */
export function encodeEnvelope(source: Buffer, header: MessageHeader): string {
  const values = (name: string): string[] =>
    header.fields.filter((field) => field.name === name).map((field) => fieldValue(source, field));
  // Of repeated fields the last one counts, but every recipient does; so says Dovecot, and no RFC.
  const text = (name: string): string => encodeNstring(values(name).at(-1));
  const addresses = (name: string): string => encodeAddressList(values(name).flatMap(parseAddressList));
  const from = addresses("from");
  const orFrom = (value: string): string => (value === "NIL" ? from : value);
  return `(${[
    text("date"),
    text("subject"),
    from,
    orFrom(addresses("sender")),
    orFrom(addresses("reply-to")),
    addresses("to"),
    addresses("cc"),
    addresses("bcc"),
    text("in-reply-to"),
    text("message-id"),
  ].join(" ")})`;
}
