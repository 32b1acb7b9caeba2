import { parseDate, parseMessageIds } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";
import { parseFieldGroups, readReturnedHeaders } from "./standard-report.js";

/** A complaint about a message in the Abuse Reporting Format (RFC 5965, RFC 6591). */
export interface FeedbackReport {
  /** `"abuse"`, `"fraud"`, `"virus"`, `"auth-failure"`, `"not-spam"` … in lower case. */
  readonly feedbackType: string;
  readonly userAgent: string | undefined;
  readonly sourceIp: string | undefined;
  readonly originalMailFrom: string | undefined;
  readonly originalRecipients: readonly string[];
  readonly arrivalDate: Date | undefined;
  readonly reportedDomains: readonly string[];
  readonly originalMessageId: string | undefined;
  readonly originalSubject: string | undefined;
}

/** Reads a complaint; `undefined` when the message is none. */
export function parseFeedbackReport(message: ParsedMessage): FeedbackReport | undefined {
  const part = message.attachments.find(({ contentType }) => contentType === "message/feedback-report");
  const [fields] = part === undefined ? [] : parseFieldGroups(part.content().toString("latin1")).groups;
  if (fields === undefined) return undefined;
  const original = readReturnedHeaders(message.attachments);
  const arrival = fields.get("arrival-date") ?? fields.get("received-date");
  return {
    feedbackType: (fields.get("feedback-type") ?? "abuse").toLowerCase(),
    userAgent: fields.get("user-agent"),
    sourceIp: fields.get("source-ip"),
    originalMailFrom: withoutBrackets(fields.get("original-mail-from")),
    originalRecipients: fields.getAll("original-rcpt-to").map((address) => withoutBrackets(address) ?? ""),
    arrivalDate: arrival === undefined ? undefined : parseDate(arrival),
    reportedDomains: fields.getAll("reported-domain"),
    originalMessageId: parseMessageIds(original?.get("message-id") ?? "")[0],
    originalSubject: original?.get("subject"),
  };
}

function withoutBrackets(address: string | undefined): string | undefined {
  const plain = address?.trim();
  return plain?.startsWith("<") && plain.endsWith(">") ? plain.slice(1, -1) : plain;
}
