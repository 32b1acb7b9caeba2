import { InvalidMessageError } from "@mailwright/smtp";
import { findMessages, type MessageItem } from "../../store/messages/list-messages.js";
import type { Tenant } from "../../store/tenant.js";
import { readHeaders } from "../read-content.js";
import type { WebClients } from "../web-clients.js";

/** What an answer takes from the message that it answers. */
export interface Answered {
  /** The account that received it. */
  readonly accountId?: string | undefined;
  readonly headers: { readonly inReplyTo?: string; readonly references?: readonly string[] };
}

const MESSAGE_ID = /<[^<>\s]+>/g;
/** A thread of more is known by its first message and its last ones. */
const MAX_REFERENCES = 50;

/**
 * Finds what a request answers by the message's number. One that is not there any more, as after a move, is answered by its
 * `inReplyTo` alone; without that rejects with `InvalidMessageError`.
 */
export async function findAnswered(
  tenant: Tenant,
  request: { readonly inReplyToId?: number | undefined; readonly inReplyTo?: string | undefined },
  clients: WebClients | undefined,
): Promise<Answered> {
  const { inReplyToId, inReplyTo } = request;
  if (inReplyToId === undefined) return { headers: {} };
  const [message] = await findMessages(tenant, [inReplyToId]);
  if (message === undefined) {
    if (inReplyTo !== undefined) return { headers: {} };
    const problem = { path: "inReplyToId", code: "missing", message: "There is no such message" } as const;
    throw new InvalidMessageError([problem]);
  }
  const { accountId, messageId } = message;
  if (messageId === null) return { accountId, headers: {} };
  const references = [...(await readReferences(tenant, message, clients)), messageId];
  return { accountId, headers: { inReplyTo: messageId, references: shorten([...new Set(references)]) } };
}

/** RFC 5322 §3.6.4: those of the parent, or else whom it answered. */
async function readReferences(
  tenant: Tenant,
  message: MessageItem,
  clients: WebClients | undefined,
): Promise<string[]> {
  // A server that is away shall not hold up an answer, which hangs on its parent even so.
  const headers = clients && (await readHeaders(clients, tenant, message).catch(() => undefined));
  const idsIn = (wanted: string): string[] =>
    (headers ?? [])
      .filter(([name]) => name.toLowerCase() === wanted)
      .flatMap(([, value]) => value.match(MESSAGE_ID) ?? []);
  const references = idsIn("references");
  return references.length > 0 ? references : idsIn("in-reply-to");
}

function shorten(references: readonly string[]): string[] {
  if (references.length <= MAX_REFERENCES) return [...references];
  return [...references.slice(0, 1), ...references.slice(1 - MAX_REFERENCES)];
}
