import type { ImapClient } from "@mailwright/imap";
import { inTransaction } from "../../db/in-transaction.js";
import { listFolders } from "../../store/folders.js";
import {
  type BouncedRecipient,
  planNextCheck,
  requireCheck,
  resolveOutbox,
  setSentCopy,
} from "../../store/outbox/changes.js";
import { ClaimLostError } from "../../store/outbox/claims.js";
import { type OutboxEntry, OutboxStepError } from "../../store/outbox/entry.js";
import { listRecipients, readRendered } from "../../store/outbox/outbox.js";
import { type Tenant, within } from "../../store/tenant.js";
import { listOnServer } from "../list-folders.js";
import type { MailEnvironment } from "../mail-environment.js";
import type { WebClients } from "../web-clients.js";
import { type Answer, findAnswer } from "./find-answer.js";

/** Header lines are not longer (RFC 5322 §2.1.1). */
const BCC_SEPARATOR = ",\r\n ";

type Found = Answer | { readonly type: "filed" | "absent" | "appended" | "no-folder" | "failed" };

/**
 * Looks for what became of a message: one whose fate is unknown was delivered when its server has filed it in the Sent folder, or when
 * a bounce or a reply names it; one that a server has gets its copy in the Sent folder. What finds nothing, or fails, is done again
 * later; never is anything sent.
 */
export async function reconcileMessage(
  { environment, clients }: { readonly environment: MailEnvironment; readonly clients: WebClients },
  tenant: Tenant,
  message: OutboxEntry,
): Promise<void> {
  const found: Found = (await clients
    .use(tenant, message.accountId, async ({ kind, client }): Promise<Found> => {
      if (kind === "pop3") return { type: "no-folder" };
      return message.state === "unknown" ? await lookForProof(client) : await lookForCopy(client);
    })
    .catch(() => undefined)) ?? { type: "failed" };
  try {
    await inTransaction(environment.database, async (sql) => {
      const own = within(tenant, sql);
      await requireCheck(own, message);
      await (message.state === "unknown" ? conclude(own) : keepCopy(own));
    });
  } catch (error) {
    // Somebody else has found out by now, or looks.
    if (!(error instanceof ClaimLostError || error instanceof OutboxStepError)) throw error;
  }

  async function lookForProof(client: ImapClient): Promise<Found> {
    const path = await findSentFolder(tenant, message.accountId, client);
    if (path !== undefined && (await isIn(client, path))) return { type: "filed" };
    return (await findAnswer(client, message.messageId)) ?? { type: "absent" };
  }

  async function lookForCopy(client: ImapClient): Promise<Found> {
    const path = await findSentFolder(tenant, message.accountId, client);
    if (path === undefined) return { type: "no-folder" };
    if (await isIn(client, path)) return { type: "filed" };
    const bytes = await readRendered(tenant, message.id);
    if (bytes === undefined) return { type: "absent" };
    await client.append(path, withBcc(bytes, message.envelope.bcc), {
      flags: ["\\Seen"],
      receivedAt: new Date(message.envelope.date),
    });
    return { type: "appended" };
  }

  async function isIn(client: ImapClient, path: string): Promise<boolean> {
    return (await client.search(path, { header: { "Message-ID": message.messageId } })).length > 0;
  }

  async function conclude(own: Tenant): Promise<void> {
    const recipients = await listRecipients(own, message.id);
    // What an earlier attempt has brought about says nothing of the last one.
    const isLeftover = recipients.some(({ status }) => status === "accepted");
    const by = RESOLVED_BY[found.type];
    const bounced = found.type === "bounce" ? bouncedIn(found) : [];
    if (isLeftover || by === undefined) await planNextCheck(own, message);
    else await resolveOutbox(own, message.id, by, true, bounced);
  }

  async function keepCopy(own: Tenant): Promise<void> {
    const kept = COPIES[found.type];
    if (kept !== undefined) await setSentCopy(own, message.id, kept);
    // What became of the message itself has nothing to do with its copy.
    else if (!(await planNextCheck(own, message))) await setSentCopy(own, message.id, "failed");
  }
}

const RESOLVED_BY: Readonly<Partial<Record<Found["type"], "sent-folder" | "bounce" | "reply">>> = {
  filed: "sent-folder",
  bounce: "bounce",
  reply: "reply",
};
const COPIES: Readonly<Partial<Record<Found["type"], "server" | "appended" | "none">>> = {
  filed: "server",
  appended: "appended",
  "no-folder": "none",
};

function bouncedIn({ report }: Extract<Answer, { type: "bounce" }>): BouncedRecipient[] {
  return report.recipients
    .filter(({ action }) => action === "failed")
    .map(({ recipient, originalRecipient, status, diagnostic }) => ({
      address: originalRecipient ?? recipient,
      enhancedCode: status,
      text: diagnostic ?? null,
    }));
}

async function findSentFolder(
  tenant: Tenant,
  accountId: string,
  client: ImapClient,
): Promise<string | undefined> {
  const stored = await listFolders(tenant, accountId);
  const folders = stored.length > 0 ? stored : await listOnServer({ kind: "imap", client });
  return folders.find(({ role, isSelectable }) => role === "sent" && isSelectable)?.path;
}

/** The sender's own copy names those whom nobody else may see. */
function withBcc(bytes: Buffer, bcc: readonly string[]): Buffer {
  if (bcc.length === 0) return bytes;
  return Buffer.concat([Buffer.from(`Bcc: ${bcc.join(BCC_SEPARATOR)}\r\n`), bytes]);
}
