import { type MessageHeaders, parseMessageIds } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";
import { isFromMailSystem, looksLikeBounce } from "./bounce-signals.js";
import { type BounceText, readBounceText } from "./bounce-text.js";
import type { DeliveryReport, ReportedRecipient } from "./delivery-report.js";
import { isGeneric } from "./enhanced-status.js";
import {
  parseFieldGroups,
  readReturnedHeaders,
  readStatusFields,
  type StatusFields,
} from "./standard-report.js";
import { readWording } from "./wording-report.js";

const MAX_NESTING = 3;
const STATUS_TYPES: ReadonlySet<string> = new Set([
  "message/delivery-status",
  "message/global-delivery-status",
]);

/**
 * Reads a delivery status notification (RFC 3464), or a bounce in the own form of a mail system. Answers `undefined`
 * when the message reports on no delivery.
 */
export function parseDeliveryReport(message: ParsedMessage): DeliveryReport | undefined {
  return readReport(message, 0);
}

function readReport(message: ParsedMessage, nesting: number): DeliveryReport | undefined {
  const text = readBounceText(message);
  const original = readReturnedHeaders(message.attachments) ?? text.original;
  const standard = readStandard(message) ?? readFieldsInText(text);
  if (standard !== undefined && standard.recipients.length > 0) {
    const worded = readWording(message, text, original);
    const recipients = standard.recipients.map((recipient) =>
      withWords(withAddress(recipient, worded), worded),
    );
    return { isStandard: true, ...standard, recipients, ...describeOriginal(original) };
  }
  const canForward = nesting < MAX_NESTING && isFromMailSystem(message);
  const forwarded = canForward ? readForwarded(message, nesting) : undefined;
  if (forwarded !== undefined) return forwarded;
  if (!looksLikeBounce(message, text, original)) return undefined;
  const recipients = readWording(message, text, original);
  if (recipients.length === 0) return undefined;
  return {
    isStandard: false,
    recipients,
    reportingMta: undefined,
    arrivalDate: undefined,
    originalEnvelopeId: undefined,
    isTruncated: false,
    ...describeOriginal(original),
  };
}

/** A report that a gateway or a person put into another message. */
function readForwarded(message: ParsedMessage, nesting: number): DeliveryReport | undefined {
  for (const part of message.attachments) {
    const nested = part.message();
    if (nested?.structure.contentType === "multipart/report") {
      const report = readReport(nested, nesting + 1);
      if (report !== undefined) return report;
    }
  }
  return undefined;
}

/** Of all status parts: some systems write one for each recipient. */
function readStandard(message: ParsedMessage): StatusFields | undefined {
  const parts = message.attachments.filter(({ contentType }) => STATUS_TYPES.has(contentType));
  if (parts.length === 0) return undefined;
  return readStatusFields(
    parseFieldGroups(parts.map((part) => part.content().toString("latin1")).join("\n\n")),
  );
}

/** QUIRK: some gateways flatten the report to one text; its fields are found by their names. */
function readFieldsInText({ lines }: BounceText): StatusFields | undefined {
  const first = lines.findIndex((line) =>
    /^(?:Reporting-MTA|Final-Recipient|Original-Recipient|Action)\s?:/i.test(line),
  );
  if (first < 0) return undefined;
  const groups = parseFieldGroups(Buffer.from(lines.slice(first).join("\n")).toString("latin1"));
  return readStatusFields(groups);
}

/** QUIRK: local deliveries report a path or a host; the address is in the words, or in the message that came back. */
function withAddress(recipient: ReportedRecipient, worded: readonly ReportedRecipient[]): ReportedRecipient {
  if (/^[^@]+@[^@]+$/.test(recipient.recipient) || worded.length !== 1) return recipient;
  return { ...recipient, recipient: worded[0]?.recipient ?? recipient.recipient };
}

/** The status field may say less than the words about the same recipient. */
function withWords(recipient: ReportedRecipient, worded: readonly ReportedRecipient[]): ReportedRecipient {
  if (!isGeneric(recipient.status) || recipient.diagnostic !== undefined) return recipient;
  const words = worded.find((entry) => entry.recipient.toLowerCase() === recipient.recipient.toLowerCase());
  if (words === undefined || !words.status.startsWith(recipient.status.slice(0, 1))) return recipient;
  const { status, isStatusGiven, replyCode, diagnostic } = words;
  return { ...recipient, status, isStatusGiven, replyCode, diagnostic };
}

function describeOriginal(
  original: MessageHeaders | undefined,
): Pick<DeliveryReport, "originalMessageId" | "originalSubject" | "originalHeaders"> {
  return {
    originalMessageId: parseMessageIds(original?.get("message-id") ?? "")[0],
    originalSubject: original?.get("subject"),
    originalHeaders: original?.toJSON() ?? [],
  };
}
