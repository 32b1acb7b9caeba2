import type { Draft } from "../api/answers.js";

/** What is written of a draft: all but what the server adds to it. */
export type DraftValues = Omit<Draft, "id" | "version" | "updatedAt">;
/** The words and the people. */
export type DraftContent = DraftValues["content"];
/** Somebody whom it goes to, as typed. */
export type Person = DraftContent["to"][number];
/** A file of it. */
export type DraftFile = DraftContent["attachments"][number];

/** A draft with nothing in it but how it ends. */
export function emptyDraft(accountId: string, signature: string): DraftValues {
  const content = {
    to: [],
    cc: [],
    bcc: [],
    subject: "",
    text: withSignature("", signature),
    attachments: [],
  };
  return { accountId, mode: "new", replyToId: null, content };
}

/** Text with the sender's signature below, after the line that mail knows one by (RFC 3676 §4.3). */
export function withSignature(text: string, signature: string): string {
  return signature.trim() === "" ? text : `${text}\n\n-- \n${signature.trim()}\n`;
}

/** Where what is written is not what it was. */
export function changedFields(before: DraftContent, now: DraftContent): string[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(now).flatMap(([field, value]) => (old.get(field) === value ? [] : [field]));
}

/** Whether two drafts say the same; the database may have put the names of fields into another order. */
export function isSameDraft(one: DraftValues, other: DraftValues): boolean {
  return inOrder(one) === inOrder(other);
}

function inOrder({ accountId, mode, replyToId, content }: DraftValues): string {
  const { to, cc, bcc, subject, text, html, attachments, inReplyTo } = content;
  const people = [to, cc, bcc].map((list) => list.map(({ name, address }) => [name, address]));
  const files = attachments.map(({ filename, contentType, sizeBytes, uploadId, source, cid }) => [
    filename,
    contentType,
    sizeBytes,
    uploadId,
    source?.messageId,
    source?.part,
    cid,
  ]);
  return JSON.stringify([accountId, mode, replyToId, people, subject, text, html, files, inReplyTo]);
}
