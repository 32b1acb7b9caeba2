import { detectAutomatic, flattenAddresses, parseMessage } from "@mailwright/parser";
import type { NewMessage } from "../../store/messages/add-messages.js";
import { readReturn } from "./read-return.js";

/** A whole message, as POP3 gives it, as it is stored. It begins unread: the server keeps no flags. */
export function fromSource(uid: string, source: Buffer, now: Date): NewMessage {
  const message = parseMessage(source);
  const [sender] = flattenAddresses(message.from);
  return {
    uid,
    sortAt: plausible(message.date, now),
    fromName: sender?.name ?? "",
    fromAddress: sender?.address ?? "",
    recipients: {
      to: flattenAddresses(message.to),
      cc: flattenAddresses(message.cc),
      replyTo: flattenAddresses(message.replyTo),
    },
    subject: message.subject ?? "",
    messageId: message.messageId,
    threadId: message.references[0] ?? message.inReplyTo ?? message.messageId,
    seen: false,
    flagged: false,
    answered: false,
    draft: false,
    automatic: detectAutomatic(message),
    sizeBytes: source.length,
    text: message.text,
    html: message.html,
    headers: [...message.headers].map(({ name, value }) => [name, value] as const),
    attachments: message.attachments.map((attachment) => ({
      part: attachment.path,
      filename: attachment.filename ?? null,
      safeFilename: attachment.safeFilename,
      contentType: attachment.contentType,
      contentId: attachment.contentId ?? null,
      isRelated: attachment.isRelated,
      sizeBytes: attachment.sizeBytes,
    })),
    defects: message.defects.map(({ code, detail }) => `${code}: ${detail}`),
    source,
    returned: readReturn(message),
  };
}

/** Senders write what they like: a message from the future would stay on top for ever. */
function plausible(date: Date | undefined, now: Date): Date {
  return date === undefined || date.getTime() > now.getTime() || date.getTime() < 0 ? now : date;
}
