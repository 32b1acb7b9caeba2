import { buffer } from "node:stream/consumers";
import { isMailError } from "@mailwright/core";
import type { ImapClient, ImapMessage } from "@mailwright/imap";
import {
  type DeliveryReport,
  type FeedbackReport,
  type ParsedMessage,
  parseDeliveryReport,
  parseFeedbackReport,
  parseMessage,
} from "@mailwright/parser";
import type { Returned } from "../../store/outbox/returns.js";

/** Header fields, beside others, that tell whether a message may be a bounce. */
export const RETURN_HEADERS = ["return-path", "x-failed-recipients"] as const;

const MAX_BYTES = 1024 * 1024;
const MAX_WORDS = 1_000;
const REPORT_PARTS =
  /^message\/(?:global-)?(?:delivery-status|feedback-report|rfc822|global)$|^text\/rfc822-headers$/i;
const SENDERS = /daemon|post[-_]?master|mail[ ._-]?(?:deliver|system)/i;
/** Complaints of programs about how a message was signed, and reports of what is no abuse. */
const NO_COMPLAINTS = ["not-spam", "auth-failure"];

/**
 * What a message says of one that was sent: that it came back, or that its recipient took it for abuse. `undefined` for
 * all else: whoever is out of the office has it, and what is delayed may still arrive.
 */
export function readReturn(message: ParsedMessage): Returned | undefined {
  const complaint = parseFeedbackReport(message);
  if (complaint !== undefined) return fromComplaint(complaint);
  const report = parseDeliveryReport(message);
  return report && fromReport(report);
}

/**
 * The same for a message of IMAP, which is fetched whole when it looks like one. What is gone, too large or not to be had
 * says nothing; an outage is thrown.
 */
export async function fetchReturn(
  client: ImapClient,
  message: ImapMessage,
  signal: AbortSignal,
): Promise<Returned | undefined> {
  if (message.sizeBytes > MAX_BYTES || !mayBeReturn(message)) return undefined;
  try {
    const { content } = await client.downloadMessage(message.folder, message.uid, { signal });
    return readReturn(parseMessage(await buffer(content)));
  } catch (error) {
    if (signal.aborted || (isMailError(error) && error.retryable)) throw error;
    return undefined;
  }
}

/** A stranger's words as databases keep them. */
function plain(text: string): string {
  return text.replaceAll(/\0|\p{Cs}/gu, "\ufffd").slice(0, MAX_WORDS);
}

/** Whether it is worth looking closer: every bounce is from a mail system, or has the parts of one. */
function mayBeReturn({ attachments, from, headers }: ImapMessage): boolean {
  if (attachments.some(({ contentType }) => REPORT_PARTS.test(contentType))) return true;
  if (from.some(({ name, address }) => SENDERS.test(`${name} ${address}`))) return true;
  const isEmptySender = headers?.get("return-path")?.some((path) => path.trim() === "<>") ?? false;
  return isEmptySender || headers?.has("x-failed-recipients") === true;
}

function fromReport(report: DeliveryReport): Returned | undefined {
  const failed = report.recipients.filter(({ action }) => action === "failed");
  if (failed.length === 0) return undefined;
  const { originalMessageId } = report;
  return {
    kind: "bounce",
    messageId: originalMessageId && plain(originalMessageId),
    envelopeId: report.originalEnvelopeId,
    recipients: failed.map(({ recipient, originalRecipient, status, diagnostic }) => ({
      addresses: [...(originalRecipient === undefined ? [] : [originalRecipient]), recipient],
      enhancedCode: plain(status),
      text: diagnostic === undefined ? null : plain(diagnostic),
    })),
    text: plain(failed[0]?.diagnostic ?? "") || null,
  };
}

function fromComplaint(report: FeedbackReport): Returned | undefined {
  const { originalMessageId, originalRecipients } = report;
  if (NO_COMPLAINTS.includes(report.feedbackType)) return undefined;
  const text = plain(report.feedbackType);
  return {
    kind: "complaint",
    messageId: originalMessageId && plain(originalMessageId),
    envelopeId: undefined,
    recipients: originalRecipients.map((address) => ({ addresses: [address], enhancedCode: null, text })),
    text,
  };
}
