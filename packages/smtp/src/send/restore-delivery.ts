import {
  type DeliveryAttempt,
  type DeliveryResult,
  type DeliveryStatus,
  MailError,
  type MailErrorCode,
  type RecipientResult,
  type ServerReply,
  type ValidationProblem,
} from "@mailwright/core";
import { emptyOutcomes } from "../smtp-stats.js";
import { SettledDelivery } from "./settled-delivery.js";

const CODES: Readonly<Record<MailErrorCode, true>> = {
  aborted: true,
  timeout: true,
  dns: true,
  connection: true,
  tls: true,
  authentication: true,
  forbidden: true,
  rejected: true,
  throttled: true,
  busy: true,
  "not-found": true,
  "already-exists": true,
  permission: true,
  quota: true,
  conflict: true,
  unsupported: true,
  protocol: true,
  limit: true,
  "unknown-outcome": true,
  closed: true,
  "invalid-argument": true,
};

const RECIPIENT_STATUSES: readonly RecipientResult["status"][] = [
  "accepted",
  "rejected",
  "deferred",
  "not-sent",
  "unknown",
];

/**
 * The result whose JSON this is, with its dates and errors (without their stacks), to look into or to resume a send by.
 * Throws `"invalid-argument"` for what is none.
 */
export function deliveryResultFrom(stored: unknown): DeliveryResult {
  const status = statusOf(field(stored, "status"));
  const messageId = text(stored, "messageId");
  if (status === undefined || messageId === undefined) throw unreadable("status or messageId is missing");
  return new SettledDelivery({
    status,
    messageId,
    serverMessageId: text(stored, "serverMessageId"),
    sentAt: dateOf(field(stored, "sentAt")),
    response: replyOf(field(stored, "response")),
    recipients: list(stored, "recipients").map(toRecipient),
    attempts: list(stored, "attempts").map(toAttempt),
    problems: list(stored, "problems").map(toProblem),
    retryable: field(stored, "retryable") === true,
  });
}

function statusOf(stored: unknown): DeliveryStatus | undefined {
  const isStatus = (name: unknown): name is DeliveryStatus =>
    typeof name === "string" && Object.hasOwn(emptyOutcomes(), name);
  return isStatus(stored) ? stored : undefined;
}

function toRecipient(stored: unknown): RecipientResult {
  const address = text(stored, "address");
  const status = RECIPIENT_STATUSES.find((one) => one === field(stored, "status"));
  if (address === undefined || status === undefined) throw unreadable("a recipient has no address or status");
  return { address, status, reply: replyOf(field(stored, "reply")) };
}

function toAttempt(stored: unknown): DeliveryAttempt {
  const startedAt = dateOf(field(stored, "startedAt"));
  const durationMs = field(stored, "durationMs");
  if (startedAt === undefined || typeof durationMs !== "number") throw unreadable("an attempt has no time");
  const phase = text(stored, "phase") ?? "";
  const error = errorOf(field(stored, "error"));
  return { startedAt, durationMs, phase, connectionId: text(stored, "connectionId"), error };
}

function toProblem(stored: unknown): ValidationProblem {
  const [path = "", code = "", message = ""] = ["path", "code", "message"].map((name) => text(stored, name));
  return { path, code, message };
}

function errorOf(stored: unknown): MailError | undefined {
  const code = text(stored, "code");
  if (code === undefined) return undefined;
  return new MailError(text(stored, "message") ?? "", {
    code: isCode(code) ? code : "protocol",
    protocol: "smtp",
    retryable: field(stored, "retryable") === true,
    connectionBroken: field(stored, "connectionBroken") === true,
    phase: text(stored, "phase"),
    connectionId: text(stored, "connectionId"),
    server: replyOf(field(stored, "server")),
  });
}

function isCode(code: string): code is MailErrorCode {
  return Object.hasOwn(CODES, code);
}

function replyOf(stored: unknown): ServerReply | undefined {
  const said = text(stored, "text");
  if (said === undefined) return undefined;
  return { code: text(stored, "code"), enhancedCode: text(stored, "enhancedCode"), text: said };
}

function dateOf(stored: unknown): Date | undefined {
  const date = typeof stored === "string" || stored instanceof Date ? new Date(stored) : undefined;
  return date !== undefined && Number.isFinite(date.getTime()) ? date : undefined;
}

function list(value: unknown, name: string): readonly unknown[] {
  const stored = field(value, name);
  if (!Array.isArray(stored)) throw unreadable(`${name} is no list`);
  return stored;
}

function text(value: unknown, name: string): string | undefined {
  const stored = field(value, name);
  return typeof stored === "string" ? stored : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function unreadable(why: string): MailError {
  const details = { code: "invalid-argument", protocol: "smtp" } as const;
  return new MailError(`This is no stored DeliveryResult: ${why}`, details);
}
