import type { ImapMessage } from "@mailwright/imap";
import { toSafeFilename } from "@mailwright/parser";
import type { NewMessage } from "../../store/messages/add-messages.js";
import type { Returned } from "../../store/outbox/returns.js";

/** The header fields that tell whether a person wrote a message; fetched with each. */
export const AUTOMATIC_HEADERS = ["auto-submitted", "list-id", "precedence"] as const;

/** A message of IMAP as it is stored; its attachments stay on the server. */
export function fromImapMessage(message: ImapMessage, returned?: Returned): NewMessage {
  const [sender] = message.from;
  const taken = new Map<string, number>();
  return {
    uid: String(message.uid),
    sortAt: message.receivedAt ?? message.date ?? new Date(0),
    fromName: sender?.name ?? "",
    fromAddress: sender?.address ?? "",
    recipients: { to: message.to, cc: message.cc, replyTo: message.replyTo },
    subject: message.subject,
    messageId: message.messageId,
    threadId: message.threadId ?? message.references[0] ?? message.inReplyTo[0] ?? message.messageId,
    seen: message.isRead,
    flagged: message.isStarred,
    answered: message.isAnswered,
    draft: message.isDraft,
    automatic: returned === undefined ? automaticKind(message.headers) : "report",
    sizeBytes: message.sizeBytes,
    text: message.text,
    html: message.html,
    headers: [],
    attachments: message.attachments.map((attachment) => ({
      part: attachment.part,
      filename: attachment.filename ?? null,
      safeFilename: toSafeFilename(attachment.filename, { taken }),
      contentType: attachment.contentType,
      contentId: attachment.contentId ?? null,
      isRelated: attachment.isRelated,
      sizeBytes: attachment.sizeBytes,
    })),
    defects: message.incomplete === undefined ? [] : [message.incomplete.message],
    returned,
  };
}

function automaticKind(headers: ImapMessage["headers"]): string | undefined {
  const first = (name: string): string => headers?.get(name)?.[0]?.trim().toLowerCase() ?? "";
  if (first("list-id") !== "") return "list";
  if (/^auto-(replied|generated)/.test(first("auto-submitted"))) return "auto-reply";
  return /^(bulk|junk|list)$/.test(first("precedence")) ? "list" : undefined;
}
