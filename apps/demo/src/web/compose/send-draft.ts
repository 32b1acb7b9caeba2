import type { OutboxMessage } from "../api/answers.js";
import { client, read } from "../api/client.js";
import type { DraftSnapshot } from "../drafts/draft-saver.js";
import type { DraftValues } from "../drafts/draft-values.js";

/** So long a message may be taken back. */
export const HOLD_SECONDS = 10;

/** What is wrong with a message, and where. */
export interface DraftProblem {
  readonly path: string;
  readonly message: string;
}

/** What the server would not send of a draft as it is. */
export async function findProblems(values: DraftValues): Promise<DraftProblem[]> {
  const { problems } = await read(client.outbox.validate.$post({ json: messageOf(values) }));
  return problems;
}

/** Sends a draft that was saved, once for each version of it; at a time, or after a while in which it can be taken back. */
export async function sendDraft(
  id: string,
  { values, version }: DraftSnapshot,
  sendAt: Date | undefined,
): Promise<OutboxMessage> {
  const when = sendAt === undefined ? { holdSeconds: HOLD_SECONDS } : { sendAt: sendAt.toISOString() };
  return await read(
    client.outbox.$post({
      header: { "idempotency-key": `draft ${id} ${version}`, "if-match": `${version}` },
      json: { ...messageOf(values), ...when, draftId: id },
    }),
  );
}

/** Takes a message back. Throws `ProblemError` of 409 when it is too late. */
export async function takeBack(id: string): Promise<void> {
  await read(client.outbox[":id"].$delete({ param: { id } }));
}

function messageOf({ accountId, replyToId, content }: DraftValues) {
  const { to, cc, bcc, subject, text, html, attachments, inReplyTo } = content;
  const answer = {
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(replyToId !== null && { inReplyToId: replyToId }),
  };
  const files = attachments.flatMap(({ uploadId, cid }) =>
    uploadId === undefined ? [] : [{ uploadId, ...(cid !== undefined && { cid }) }],
  );
  const words = { subject, text, ...(html !== undefined && { html }) };
  return { accountId, to, cc, bcc, ...words, attachments: files, ...answer };
}
