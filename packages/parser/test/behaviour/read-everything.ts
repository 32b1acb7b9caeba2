import { inspect } from "node:util";
import { toBaseSubject } from "../../src/conversation/base-subject.js";
import { stripQuotedReply } from "../../src/conversation/strip-quoted-reply.js";
import type { ParsedMessage } from "../../src/message/parsed-message.js";
import { detectAutomatic } from "../../src/reports/detect-automatic.js";
import { parseDispositionNotification } from "../../src/reports/disposition-notification.js";
import { parseFeedbackReport } from "../../src/reports/feedback-report.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";

/** Asks a message for all it has, and every reader of messages for what it makes of it. */
export function readEverything(message: ParsedMessage): unknown {
  const { from, sender, replyTo, to, cc, bcc, subject, date, messageId, inReplyTo, references } = message;
  const { text, html, calendar, encryption, signature, defects, isTruncated } = message;
  const attachments = message.attachments.map((part) => {
    const { path, filename, safeFilename, contentType, disposition, contentId, isRelated } = part;
    return {
      path,
      filename,
      safeFilename,
      contentType,
      disposition,
      contentId,
      isRelated,
      content: part.content().toString("latin1"),
    };
  });
  // Not compared, as sizes and offsets follow the line ends; it must come about.
  JSON.stringify([message, message.structure]);
  inspect([message, message.structure], { depth: null });
  return {
    headers: [...message.headers],
    envelope: { from, sender, replyTo, to, cc, bcc, subject, date, messageId, inReplyTo, references },
    content: { text, html, calendar, encryption, signature, defects, isTruncated, attachments },
    report: parseDeliveryReport(message),
    complaint: parseFeedbackReport(message),
    receipt: parseDispositionNotification(message),
    automatic: detectAutomatic(message),
    reply: stripQuotedReply(text ?? ""),
    base: toBaseSubject(subject ?? ""),
  };
}
