import { findOutboxMessage, type OutboxItem } from "../store/outbox/outbox.js";
import { canCancel, canRetry } from "../store/outbox/states.js";
import type { Tenant } from "../store/tenant.js";
import { notFound } from "./problem.js";
import { toJson } from "./to-json.js";

/** A message of the outbox as its route answers it: what became of it, and what can be done. Throws the `Problem` of 404 where there is none. */
export async function showSent(tenant: Tenant, id: string) {
  const message = await findOutboxMessage(tenant, id);
  if (message === undefined) throw notFound("message");
  const { recipients, attempts } = message;
  const statuses = recipients.map(({ status }) => status);
  const options = {
    canRetry: canRetry(message.state, statuses),
    canCancel: canCancel(message.state, statuses),
  };
  const bounced = recipients.filter(({ bounce }) => bounce?.kind === "bounce").length;
  return {
    ...toSentEntry({ ...message, bounced }),
    ...options,
    recipients: toJson(recipients),
    attempts: toJson(attempts),
  };
}

/** The same as lists have it. */
export function toSentEntry(entry: OutboxItem) {
  const { id, accountId, messageId, subject, state, sendAt, attempt, nextTryAt } = entry;
  const { resolvedBy, sentCopy, bounced, createdAt } = entry;
  const standing = { state, sendAt, attempt, nextTryAt, resolvedBy, sentCopy, bounced, createdAt };
  const to = [...entry.envelope.recipients];
  return toJson({ id, accountId, messageId, subject, to, ...standing });
}
