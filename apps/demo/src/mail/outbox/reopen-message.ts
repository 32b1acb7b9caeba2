import { flattenAddresses, type ParsedMessage, parseMessage } from "@mailwright/parser";
import { reopenOutbox } from "../../store/outbox/changes.js";
import { type Draft, findDraft, saveDraft } from "../../store/outbox/drafts.js";
import { type OutboxEntry, OutboxStepError } from "../../store/outbox/entry.js";
import { readRendered } from "../../store/outbox/outbox.js";
import { addUpload } from "../../store/outbox/uploads.js";
import type { Tenant } from "../../store/tenant.js";

/**
 * Makes a draft again of a message that nobody got: the one that it was made of, or one of its stored bytes, with its HTML and its files,
 * where a program had sent it without any. In a transaction. Rejects with `OutboxStepError` for a message of another fate;
 * `undefined` for none.
 */
export async function reopenMessage(own: Tenant, id: string, now: Date): Promise<Draft | undefined> {
  const reopened = await reopenOutbox(own, id);
  if (reopened === undefined || reopened.draft !== undefined) return reopened?.draft;
  const bytes = await readRendered(own, id);
  if (bytes === undefined) return undefined;
  const message = parseMessage(bytes);
  const { entry } = reopened;
  const attachments: Awaited<ReturnType<typeof upload>>[] = [];
  for (const attachment of message.attachments) attachments.push(await upload(own, attachment, now));
  const content = { ...wordsOf(message, entry), attachments };
  const values = { accountId: entry.accountId, mode: "new", replyToId: null, content } as const;
  // By the id of the message, so that twice makes one.
  const saved = await saveDraft(own, id, values, 0, now);
  if (saved.type === "saved") return saved.draft;
  if (saved.type === "changed") return await findDraft(own, id);
  throw new OutboxStepError("The draft of the message is being sent");
}

function wordsOf({ to, cc, subject, text, html, inReplyTo }: ParsedMessage, { envelope }: OutboxEntry) {
  return {
    to: toPeople(to),
    cc: toPeople(cc),
    bcc: envelope.bcc.map((address) => ({ name: "", address })),
    subject: subject ?? "",
    text: text ?? "",
    ...(html !== undefined && { html }),
    ...(inReplyTo !== undefined && { inReplyTo }),
  };
}

function toPeople(addresses: ParsedMessage["to"]) {
  return flattenAddresses(addresses).map(({ name, address }) => ({ name, address }));
}

async function upload(own: Tenant, part: ParsedMessage["attachments"][number], now: Date) {
  const { safeFilename: filename, contentType, contentId } = part;
  const { id, sizeBytes } = await addUpload(own, { filename, contentType, bytes: part.content() }, now);
  const file = { filename, contentType, sizeBytes, uploadId: id };
  return contentId === undefined ? file : { ...file, cid: contentId.replace(/^<(.*)>$/, "$1") };
}
