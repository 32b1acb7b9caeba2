import type { Account, Message, MessageBody } from "../api/answers.js";
import { answerPeople } from "../compose/answer-people.js";
import { answerSubject, forwardSubject } from "../compose/answer-subject.js";
import { forwardText, quoteText } from "../compose/quote-text.js";
import { type DraftValues, withSignature } from "./draft-values.js";

/** What a draft about a message is made from. */
export interface DraftParent {
  readonly message: Message;
  readonly body: MessageBody;
  readonly listPost: string | undefined;
}

/** How a draft about a message is begun. */
export type AnswerMode = "reply" | "reply-all" | "forward";

/** A draft about a message, from the account that received it. */
export function beginDraft(mode: AnswerMode, parent: DraftParent, accounts: readonly Account[]): DraftValues {
  const { message, body, listPost } = parent;
  const account = accounts.find(({ id }) => id === message.accountId);
  const common = { accountId: message.accountId, mode, replyToId: mode === "forward" ? null : message.id };
  const end = (text: string): string => withSignature("", account?.signature ?? "") + text;
  if (mode === "forward") {
    const text = end(forwardText(message, body.quotable));
    const attachments = body.attachments
      .filter(({ isRelated }) => !isRelated)
      .map(({ part, safeFilename: filename, contentType, sizeBytes }) => ({
        filename,
        contentType,
        sizeBytes,
        source: { messageId: message.id, part },
      }));
    const content = { to: [], cc: [], bcc: [], subject: forwardSubject(message.subject), text, attachments };
    return { ...common, content };
  }
  const own = accounts.map(({ address }) => address);
  const people = answerPeople(message, { toAll: mode === "reply-all", own, listPost });
  const content = {
    ...people,
    bcc: [],
    subject: answerSubject(message.subject),
    text: end(quoteText(message, body.quotable)),
    attachments: [],
    ...(message.messageId !== null && { inReplyTo: message.messageId }),
  };
  return { ...common, content };
}
