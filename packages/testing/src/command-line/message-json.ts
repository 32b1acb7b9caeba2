import type { AcceptedMessage } from "../smtp/delivery.js";

/** A message in a list. */
export interface MessageSummary {
  readonly id: number;
  readonly mailFrom: string;
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly sizeBytes: number;
}

/** What lists and events tell of a message. */
export function toSummary(
  id: number,
  { mailFrom, recipients, raw, parsed }: AcceptedMessage,
): MessageSummary {
  return {
    id,
    mailFrom,
    recipients: recipients.map(({ address }) => address),
    subject: parsed.subject ?? "",
    sizeBytes: raw.length,
  };
}

/** A message with everything but the bytes of its attachments. */
export function toDetails(id: number, message: AcceptedMessage): object {
  const { from, to, cc, bcc, replyTo, date, messageId, headers, text, html, attachments } = message.parsed;
  return {
    ...toSummary(id, message),
    user: message.user,
    isSecure: message.isSecure,
    from,
    to,
    cc,
    bcc,
    replyTo,
    date,
    messageId,
    headers: headers.toJSON(),
    text,
    html,
    attachments: attachments.map(({ content, ...attachment }) => ({
      ...attachment,
      sizeBytes: content.length,
    })),
  };
}
