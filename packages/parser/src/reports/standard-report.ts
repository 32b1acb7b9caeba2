import { MessageHeaders, parseDate } from "@mailwright/mime";
import type { Attachment } from "../message/parsed-message.js";
import type { DeliveryReport, ReportedRecipient } from "./delivery-report.js";
import { findPairedStatus, findReplyCodes, isEnhancedStatus, isVague } from "./enhanced-status.js";

/** What the fields of a `message/delivery-status` part say. */
export type StatusFields = Pick<
  DeliveryReport,
  "recipients" | "reportingMta" | "arrivalDate" | "originalEnvelopeId" | "isTruncated"
>;

const MAX_GROUPS = 1_000;
const ACTIONS: ReadonlySet<string> = new Set(["failed", "delayed", "delivered", "relayed", "expanded"]);

/** The fields of a body, block by block. */
export interface FieldGroups {
  readonly groups: MessageHeaders[];
  /** There were more than are read. */
  readonly isTruncated: boolean;
}

/** Splits a body made of blocks of header fields with empty lines between them, as in RFC 3464 §2.1. */
export function parseFieldGroups(body: string): FieldGroups {
  const groups: MessageHeaders[] = [];
  let lines: string[] = [];
  let names = new Set<string>();
  const end = (): void => {
    if (lines.length > 0) groups.push(new MessageHeaders(lines.join("\n")));
    lines = [];
    names = new Set();
  };
  for (const line of body.split("\n")) {
    const name = FIELD_NAME.exec(line)?.[1]?.toLowerCase() ?? "";
    // QUIRK: gateways take the empty lines out; another recipient starts another block all the same.
    if (line.trim() === "" || startsRecipient(name, names)) end();
    if (line.trim() === "") continue;
    if (groups.length >= MAX_GROUPS) return { groups, isTruncated: true };
    lines.push(line.endsWith("\r") ? line.slice(0, -1) : line);
    names.add(name);
  }
  end();
  return { groups, isTruncated: false };
}

const FIELD_NAME = /^([A-Za-z-]{1,40})[ \t]{0,9}:/;
/** Each recipient has them once, in any order. */
const RECIPIENT_FIELDS: ReadonlySet<string> = new Set([
  "original-recipient",
  "final-recipient",
  "action",
  "status",
]);

function startsRecipient(name: string, names: ReadonlySet<string>): boolean {
  if (!RECIPIENT_FIELDS.has(name)) return false;
  return names.has(name) || ["final-recipient", "action", "status"].every((field) => names.has(field));
}

/** Reads the per-message and per-recipient fields of a delivery status notification (RFC 3464 §2.2, §2.3). */
export function readStatusFields({ groups, isTruncated }: FieldGroups): StatusFields {
  const perMessage = groups.find((group) => group.has("reporting-mta")) ?? groups[0];
  const arrival = perMessage?.get("arrival-date");
  return {
    recipients: groups.map(readRecipient).filter((recipient) => recipient !== undefined),
    reportingMta: typedValue(perMessage?.get("reporting-mta")),
    arrivalDate: arrival === undefined ? undefined : parseDate(arrival),
    originalEnvelopeId: perMessage?.get("original-envelope-id"),
    isTruncated,
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
  const action = toAction(group.get("action") ?? "", `${given} ${codes.replyCode ?? ""}`.trim());
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

/** What the field names, words behind it aside (`delivered (to mailbox)`); else what the class of the status says. */
function toAction(field: string, status: string): ReportedRecipient["action"] {
  const [named = ""] = /^[a-z]+/.exec(field.toLowerCase().trim()) ?? [];
  if (isAction(named)) return named;
  // Of a probe (sendmail -bv): nothing has failed.
  if (named === "deliverable" || status.startsWith("2")) return "delivered";
  return status.startsWith("4") ? "delayed" : "failed";
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

/** The header of the message that came back with a report: whole, or as `text/rfc822-headers`. */
export function readReturnedHeaders(attachments: readonly Attachment[]): MessageHeaders | undefined {
  for (const part of attachments) {
    if (part.contentType === "text/rfc822-headers")
      return new MessageHeaders(part.content().toString("latin1"));
    const nested = part.message();
    if (nested !== undefined) return nested.headers;
  }
  return undefined;
}
