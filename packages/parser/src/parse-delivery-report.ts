import type { Attachment } from "./attachment.js";
import type { DeliveryReport } from "./delivery-report.js";
import { parseFieldGroups } from "./field-groups.js";
import { MessageHeaders } from "./message-headers.js";
import { parseMessageIds } from "./message-ids.js";
import type { ParsedMessage } from "./parsed-message.js";
import { readStatusFields } from "./standard-report.js";

const STATUS_TYPES: ReadonlySet<string> = new Set([
  "message/delivery-status",
  "message/global-delivery-status",
]);

/**
 * Reads a delivery status notification (RFC 3464), or a bounce in the own form of a mail system. Answers `undefined`
 * when the message reports on no delivery.
 */
export function parseDeliveryReport(message: ParsedMessage): DeliveryReport | undefined {
  const statusPart = message.attachments.find((part) => STATUS_TYPES.has(part.contentType));
  if (statusPart === undefined) return undefined;
  const fields = readStatusFields(parseFieldGroups(statusPart.content().toString("latin1")));
  if (fields.recipients.length === 0) return undefined;
  const original = readOriginal(message.attachments);
  return {
    isStandard: true,
    ...fields,
    originalMessageId: parseMessageIds(original?.get("message-id") ?? "")[0],
    originalSubject: original?.get("subject"),
  };
}

/** The header of the message that came back: whole, or as `text/rfc822-headers`. */
function readOriginal(attachments: readonly Attachment[]): MessageHeaders | undefined {
  for (const part of attachments) {
    if (part.contentType === "text/rfc822-headers")
      return new MessageHeaders(part.content().toString("latin1"));
    const nested = part.message();
    if (nested !== undefined) return nested.headers;
  }
  return undefined;
}
