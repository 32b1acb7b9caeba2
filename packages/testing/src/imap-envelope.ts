import { encodeAddressList, parseAddressList } from "./imap-address.js";
import { headerValue, type MessageHeader } from "./imap-header.js";
import { encodeNstring } from "./imap-text.js";

/** The ENVELOPE of a header (RFC 3501 §7.4.2): sender and reply-to fall back to from. */
export function encodeEnvelope(source: Buffer, header: MessageHeader): string {
  const text = (name: string): string => encodeNstring(headerValue(source, header, name));
  const addresses = (name: string): string => {
    const values = headerValue(source, header, name);
    return values === undefined ? "NIL" : encodeAddressList(parseAddressList(values));
  };
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
