import type { DeliveryResult, PoolStats } from "@mailwright/core";
import type { Folder, ImapMessage } from "@mailwright/imap";
import { parseMessage } from "@mailwright/parser";
import { formatTable } from "../terminal/table.js";
import type { MessageLine } from "./message-line.js";

const SHOWN = 12;

/** The folders with their role and counts. */
export function describeFolders(account: string, folders: readonly Folder[]): string[] {
  const rows = folders.map(({ displayName, role, totalCount, unreadCount }) => [
    `  ${displayName}`,
    role,
    totalCount === undefined ? "" : `${totalCount} messages`,
    unreadCount === undefined ? "" : `${unreadCount} unread`,
  ]);
  return [`Folders of ${account}`, ...formatTable(rows)];
}

/** The newest messages, one a line. */
export function describeMessages(account: string, messages: readonly MessageLine[]): string[] {
  const newest = messages
    .toSorted((a, b) => (b.date?.getTime() ?? 0) - (a.date?.getTime() ?? 0))
    .slice(0, SHOWN);
  const rows = newest.map(({ folder, date, from, subject, content }) => [
    `  ${date?.toISOString().slice(0, 10) ?? "no date"}`,
    folder,
    from,
    subject,
    content,
  ]);
  return [`Messages of ${account}, the newest ${newest.length} of ${messages.length}`, ...formatTable(rows)];
}

/** What became of the message for each recipient. */
export function describeDelivery(result: DeliveryResult): string[] {
  const accepted = result.recipients.filter(({ status }) => status === "accepted").length;
  const rows = result.recipients.map(({ address, status, reply }) => [
    `  ${status === "accepted" ? "✓" : "✗"} ${address}`,
    status,
    reply === undefined ? "" : [reply.code, reply.enhancedCode, reply.text].filter(Boolean).join(" "),
  ]);
  const durationMs = result.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const tries = result.attempts.length === 1 ? "1 attempt" : `${result.attempts.length} attempts`;
  const head = `Delivery: ${result.status}, ${accepted} of ${result.recipients.length} recipients, ${tries}, ${Math.round(durationMs)} ms`;
  const problems = result.problems.map(({ path, message }) => `  ${path}: ${message}`);
  return [head, `  ${result.messageId}`, ...formatTable(rows, 72), ...problems];
}

/** How the message arrived, and whether it is what was sent. */
export function describeArrival(
  { message, waitedMs }: { readonly message: ImapMessage; readonly waitedMs: number },
  attachment: Buffer,
): string[] {
  const received = parseMessage(message.source ?? "");
  const same = received.attachments.some((file) => attachment.equals(file.content()));
  return [
    `Arrival: seen by IDLE ${Math.round(waitedMs)} ms after it was accepted`,
    `  UID ${message.uid}, “${received.subject}”, ${message.sizeBytes} bytes`,
    `  attachment ${same ? "is the same byte for byte" : "DIFFERS FROM WHAT WAS SENT"}`,
  ];
}

/** What the pools did. */
export function describePools(pools: Readonly<Record<string, PoolStats | undefined>>): string[] {
  const rows = Object.entries(pools).flatMap(([name, stats]) => {
    if (stats === undefined) return [];
    const { created, reused, closed, failed, open, idle } = stats;
    const now = `${open} open, ${idle} idle now`;
    return [
      [`  ${name}`, `${created} opened`, `${reused} reused`, `${closed} closed`, `${failed} failed`, now],
    ];
  });
  return ["Connections", ...formatTable(rows)];
}
