import { type MessageHeaders, parseDate } from "@mailwright/mime";
import type { DeliveryReport, ReportedRecipient } from "./delivery-report.js";
import { findPairedStatus, findReplyCodes, isEnhancedStatus, isVague } from "./enhanced-status.js";

/** What the fields of a `message/delivery-status` part say. */
export type StatusFields = Pick<
  DeliveryReport,
  "recipients" | "reportingMta" | "arrivalDate" | "originalEnvelopeId"
>;

const ACTIONS: ReadonlySet<string> = new Set(["failed", "delayed", "delivered", "relayed", "expanded"]);

/** Reads the per-message and per-recipient fields of a delivery status notification (RFC 3464 §2.2, §2.3). */
export function readStatusFields(groups: readonly MessageHeaders[]): StatusFields {
  const perMessage = groups.find((group) => group.has("reporting-mta")) ?? groups[0];
  const arrival = perMessage?.get("arrival-date");
  return {
    recipients: groups.map(readRecipient).filter((recipient) => recipient !== undefined),
    reportingMta: typedValue(perMessage?.get("reporting-mta")),
    arrivalDate: arrival === undefined ? undefined : parseDate(arrival),
    originalEnvelopeId: perMessage?.get("original-envelope-id"),
  };
}

function readRecipient(group: MessageHeaders): ReportedRecipient | undefined {
  const final = toAddress(group.get("final-recipient"));
  const original = toAddress(group.get("original-recipient"));
  const recipient = final ?? original;
  if (recipient === undefined) return undefined;
  const diagnostic = typedValue(group.get("diagnostic-code"));
  const [given = ""] = (group.get("status") ?? "").split(/[\s(]/);
  const codes = findReplyCodes(diagnostic ?? "");
  const named = (group.get("action") ?? "").toLowerCase().trim();
  const action = isAction(named) ? named : given.startsWith("4") ? "delayed" : "failed";
  const status = isEnhancedStatus(given) ? given : undefined;
  // What the refusing server said is closer to the truth than what the reporting one made of it.
  const better =
    findPairedStatus(diagnostic ?? "") ??
    (status === undefined || isVague(status) ? codes.status : undefined);
  return {
    recipient,
    originalRecipient: original,
    action,
    status: better ?? status ?? guessClass(codes.replyCode, action),
    isStatusGiven: (better ?? status) !== undefined,
    replyCode: codes.replyCode,
    diagnostic,
    remoteMta: typedValue(group.get("remote-mta")),
  };
}

function guessClass(replyCode: string | undefined, action: ReportedRecipient["action"]): string {
  if (replyCode !== undefined) return `${replyCode[0]}.0.0`;
  return action === "failed" ? "5.0.0" : action === "delayed" ? "4.0.0" : "2.0.0";
}

function isAction(text: string): text is ReportedRecipient["action"] {
  return ACTIONS.has(text);
}

/** `rfc822; ada@example.org` and the like, type and brackets taken off. */
function toAddress(value: string | undefined): string | undefined {
  const address = typedValue(value)?.replace(/^<|>$/g, "").trim();
  return address === undefined || address === "" ? undefined : address;
}

function typedValue(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(";");
  return (semicolon < 0 ? value : value.slice(semicolon + 1)).trim();
}
