import { createHash } from "node:crypto";
import { type EmailAddress, type OutgoingMessage, renderMessage } from "@mailwright/smtp";
import { inTransaction } from "../../db/in-transaction.js";
import { findAccount } from "../../store/accounts.js";
import type { OutboxEntry } from "../../store/outbox/entry.js";
import { addToOutbox, findByKey } from "../../store/outbox/outbox.js";
import type { Tenant } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";

/** Somebody who gets a message. */
interface SendAddress {
  readonly name?: string | undefined;
  readonly address: string;
}

/** What somebody wants sent; the sender is the account. */
export interface SendRequest {
  readonly accountId: string;
  readonly to: readonly SendAddress[];
  readonly cc: readonly SendAddress[];
  readonly bcc: readonly SendAddress[];
  readonly replyTo: readonly SendAddress[];
  readonly subject: string;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments: readonly {
    readonly filename: string;
    readonly contentType: string;
    /** In base64. */
    readonly content: string;
    /** What the HTML shows it by. */
    readonly cid?: string | undefined;
  }[];
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  readonly sendAt?: string | undefined;
}

/** What the request came to: `replayed` is the first answer to a key that was used before. */
export type Acceptance =
  | { readonly type: "accepted" | "replayed"; readonly entry: OutboxEntry }
  | { readonly type: "other-request" | "no-account" | "no-outgoing-server" };

/**
 * Renders a message and puts it into the outbox, once for each key. Rejects with the `InvalidMessageError` of
 * `@mailwright/smtp` for what may not be sent; nothing is stored then.
 */
export async function acceptMessage(
  environment: MailEnvironment,
  tenant: Tenant,
  request: SendRequest,
  idempotencyKey: string,
): Promise<Acceptance> {
  const requestHash = createHash("sha256").update(JSON.stringify(request)).digest("base64url");
  const known = await findByKey(tenant, idempotencyKey);
  if (known !== undefined) return replay(known, requestHash);
  const account = await findAccount(tenant, request.accountId);
  if (account === undefined) return { type: "no-account" };
  if (account.outgoing === null) return { type: "no-outgoing-server" };
  // From the key, so that another attempt to accept the same makes the same Message-ID.
  const rendered = await renderMessage(toOutgoing(request, account), {
    idempotencyKey: JSON.stringify([tenant.id, idempotencyKey]),
  });
  const { messageId, from, recipients, date } = rendered;
  const added = await inTransaction(environment.database, (sql) =>
    addToOutbox(
      { id: tenant.id, sql },
      {
        accountId: account.id,
        idempotencyKey,
        requestHash,
        messageId,
        subject: request.subject,
        rendered: rendered.bytes,
        envelope: {
          from,
          recipients,
          bcc: request.bcc.map(({ address }) => address),
          date: date.toISOString(),
        },
        sendAt: request.sendAt === undefined ? undefined : new Date(request.sendAt),
      },
    ),
  );
  if (added !== undefined) return { type: "accepted", entry: added };
  // Another request with the same key was faster.
  const faster = await findByKey(tenant, idempotencyKey);
  return faster === undefined ? { type: "no-account" } : replay(faster, requestHash);
}

/** The message that a request asks for, from an account. */
export function toOutgoing(
  request: SendRequest,
  { name, address }: { readonly name: string; readonly address: string },
): OutgoingMessage {
  const { accountId: _account, sendAt: _when, to, cc, bcc, replyTo, attachments, ...message } = request;
  return {
    ...message,
    from: { name, address },
    to: to.map(toAddress),
    cc: cc.map(toAddress),
    bcc: bcc.map(toAddress),
    ...(replyTo.length > 0 && { replyTo: replyTo.map(toAddress) }),
    attachments: attachments.map(({ cid, ...attachment }) => ({
      ...attachment,
      encoding: "base64" as const,
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
