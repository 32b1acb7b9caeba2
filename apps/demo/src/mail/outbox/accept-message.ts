import { createHash } from "node:crypto";
import { type EmailAddress, type OutgoingMessage, renderMessage } from "@mailwright/smtp";
import { inTransaction } from "../../db/in-transaction.js";
import { findAccount } from "../../store/accounts.js";
import { type DraftOutcome, handOverDraft } from "../../store/outbox/drafts.js";
import type { OutboxEntry } from "../../store/outbox/entry.js";
import { addToOutbox, findByKey } from "../../store/outbox/outbox.js";
import { type Tenant, within } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";
import { fillRequest } from "../templates/fill-request.js";
import type { WebClients } from "../web-clients.js";
import { findAnswered } from "./find-answered.js";
import { type LoadedAttachment, loadAttachments, type SendAttachment } from "./load-attachments.js";

/** Somebody who gets a message. */
interface SendAddress {
  readonly name?: string | undefined;
  readonly address: string;
}

/** What somebody wants sent; the sender is the account. */
export interface SendRequest {
  /** Without it the account that received the message which this answers. */
  readonly accountId?: string | undefined;
  readonly to: readonly SendAddress[];
  readonly cc: readonly SendAddress[];
  readonly bcc: readonly SendAddress[];
  readonly replyTo: readonly SendAddress[];
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  /** Where the words come from, filled with these values; a subject of the request's own stays. */
  readonly templateId?: string | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly attachments: readonly SendAttachment[];
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  /** Of the stored message that it answers; what `inReplyTo` says counts only when that is gone. */
  readonly inReplyToId?: number | undefined;
  /** Ends when the message is in the outbox, and comes back with it. */
  readonly draftId?: string | undefined;
  readonly sendAt?: string | undefined;
  /** Waits so long, for somebody to think better of it. */
  readonly holdSeconds?: number | undefined;
}

/** What the request came to: `replayed` is the first answer to a key that was used before. */
export type Acceptance =
  | { readonly type: "accepted" | "replayed"; readonly entry: OutboxEntry }
  | { readonly type: "other-request" | "no-account" | "no-outgoing-server" }
  | { readonly type: "other-draft"; readonly draft: Exclude<DraftOutcome, { type: "saved" }> };

/** What a request is accepted with beside what it says. */
interface AcceptanceOptions {
  /** The version of the draft that whoever sends it has seen. */
  readonly draftVersion?: number | undefined;
  /** Ask the server for what is not stored of the message that is answered. */
  readonly clients?: WebClients | undefined;
}

/** A draft was saved or ended meanwhile: undoes what was done with its message. */
class OtherDraftError extends Error {
  readonly draft: Exclude<DraftOutcome, { type: "saved" }>;

  constructor(draft: Exclude<DraftOutcome, { type: "saved" }>) {
    super("The draft is another by now");
    this.draft = draft;
  }
}

/**
 * Renders a message and puts it into the outbox, once for each key. Rejects with the `InvalidMessageError` of
 * `@mailwright/smtp` for what may not be sent, and for what it names that is not there, and with the errors of `fillRequest`;
 * nothing is stored then.
 */
export async function acceptMessage(
  { database, now }: MailEnvironment,
  tenant: Tenant,
  asked: SendRequest,
  idempotencyKey: string,
  { draftVersion = 0, clients }: AcceptanceOptions = {},
): Promise<Acceptance> {
  const requestHash = createHash("sha256").update(JSON.stringify(asked)).digest("base64url");
  const known = await findByKey(tenant, idempotencyKey);
  if (known !== undefined) return replay(known, requestHash);
  const request = await fillRequest(tenant, asked);
  const answered = await findAnswered(tenant, request, clients);
  const account = await findAccount(tenant, request.accountId ?? answered.accountId ?? "");
  if (account === undefined) return { type: "no-account" };
  if (account.outgoing === null) return { type: "no-outgoing-server" };
  const attachments = await loadAttachments(tenant, request.attachments);
  const outgoing = { ...toOutgoing(request, account, attachments), ...answered.headers };
  // From the key, so that another attempt to accept the same makes the same Message-ID.
  const rendered = await renderMessage(outgoing, {
    idempotencyKey: JSON.stringify([tenant.id, idempotencyKey]),
  });
  const { messageId, from, recipients, date } = rendered;
  const bcc = request.bcc.map(({ address }) => address);
  const message = {
    accountId: account.id,
    idempotencyKey,
    requestHash,
    messageId,
    subject: request.subject,
    rendered: rendered.bytes,
    envelope: { from, recipients, bcc, date: date.toISOString() },
    sendAt: whenToSend(request, now()),
  };
  try {
    const added = await inTransaction(database, async (sql) => {
      const own = within(tenant, sql);
      const entry = await addToOutbox(own, message);
      if (entry !== undefined && request.draftId !== undefined) {
        const draft = await handOverDraft(own, request.draftId, draftVersion, entry.id);
        if (draft.type !== "saved") throw new OtherDraftError(draft);
      }
      return entry;
    });
    if (added !== undefined) return { type: "accepted", entry: added };
  } catch (error) {
    if (!(error instanceof OtherDraftError)) throw error;
    return { type: "other-draft", draft: error.draft };
  }
  // Another request with the same key was faster, or it was one of an account that is not seen here: then with another message.
  const first = await findByKey(tenant, idempotencyKey);
  return first === undefined ? { type: "other-request" } : replay(first, requestHash);
}

function whenToSend({ sendAt, holdSeconds }: SendRequest, now: Date): Date | undefined {
  if (sendAt !== undefined) return new Date(sendAt);
  return holdSeconds === undefined ? undefined : new Date(now.getTime() + holdSeconds * 1_000);
}

/** The message that a request asks for, from an account, with files that were loaded. */
export function toOutgoing(
  { to, cc, bcc, replyTo, subject, text, html, inReplyTo, references }: SendRequest,
  { name, address }: { readonly name: string; readonly address: string },
  attachments: readonly LoadedAttachment[],
): OutgoingMessage {
  return {
    subject,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(references !== undefined && { references }),
    from: { name, address },
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    ...(replyTo.length > 0 && { replyTo: replyTo.map(toAddress) }),
    attachments: attachments.map(({ cid, ...attachment }) => ({
      ...attachment,
      ...(cid !== undefined && { cid, disposition: "inline" as const }),
    })),
  };
}

function toAddress({ name, address }: SendAddress): EmailAddress {
  return { name: name ?? "", address };
}

function replay(entry: OutboxEntry, requestHash: string): Acceptance {
  return entry.requestHash === requestHash ? { type: "replayed", entry } : { type: "other-request" };
}
