import type { AddressEntry } from "../address/address-entry.js";
import { formatAddresses } from "../address/format-addresses.js";
import { encodeHeaderText } from "../header/encode-header-text.js";
import { foldText } from "../header/fold-text.js";
import { formatDate } from "../header/format-date.js";
import type { MimeMessage } from "./mime-message.js";
import { customField } from "./mime-part.js";

/** Fields that only the message itself may have, and only once. */
const OWN = new Set([
  "from",
  "sender",
  "to",
  "cc",
  "bcc",
  "reply-to",
  "subject",
  "message-id",
  "date",
  "in-reply-to",
  "references",
  "mime-version",
]);
const LINE_BREAK = /[\r\n\0]/;

/** The header fields of a message, without those that describe its body. Throws a `RangeError` for what none can hold. */
export function writeFields(message: MimeMessage): string {
  const { from, sender, subject, messageId, inReplyTo, references = [], headers = [] } = message;
  let fields = "";
  if (from !== undefined) fields += addressField("From", [from]);
  if (sender !== undefined) fields += addressField("Sender", [sender]);
  fields += addressField("To", message.to) + addressField("Cc", message.cc);
  fields += addressField("Reply-To", message.replyTo);
  if (subject !== undefined) fields += `Subject: ${encodeHeaderText(subject, { column: 9 })}\r\n`;
  fields += idField("Message-ID", messageId);
  if (inReplyTo !== undefined) fields += idField("In-Reply-To", inReplyTo);
  if (references.length > 0) fields += idField("References", references.join(" "));
  fields += `Date: ${formatDate(message.date)}\r\n`;
  for (const [name, value] of headers) fields += customField(name, value);
  return `${fields}MIME-Version: 1.0\r\n`;
}

/** Whether a field belongs to the message, so that a file that is all of its body may not bring one along. */
export function isFieldOfMessage(name: string): boolean {
  return OWN.has(name.toLowerCase());
}

function addressField(name: string, entries: readonly AddressEntry[] = []): string {
  if (entries.length === 0) return "";
  return `${name}: ${formatAddresses(entries, { column: name.length + 2 })}\r\n`;
}

/** As it is: ids of other people's messages have to be repeated even where they are not what they should be. */
function idField(name: string, ids: string): string {
  if (LINE_BREAK.test(ids)) throw new RangeError(`No message identifier in ${name}: it has line breaks`);
  return `${name}: ${foldText(ids, name.length + 2)}\r\n`;
}
