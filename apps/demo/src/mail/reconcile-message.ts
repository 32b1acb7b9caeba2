import type { ImapClient } from "@mailwright/imap";
import { inTransaction } from "../db/in-transaction.js";
import { listFolders } from "../store/folders.js";
import { listRecipients, readRendered } from "../store/outbox.js";
import { planNextCheck, resolveOutbox, setSentCopy } from "../store/outbox-changes.js";
import type { OutboxEntry } from "../store/outbox-entry.js";
import type { Tenant } from "../store/tenant.js";
import { listOnServer } from "./list-folders.js";
import type { MailEnvironment } from "./mail-environment.js";
import type { WebClients } from "./web-clients.js";

/** Header lines are not longer (RFC 5322 §2.1.1). */
const BCC_SEPARATOR = ",\r\n ";

/**
 * Looks into the Sent folder for a message: one whose fate is unknown was delivered when its server has filed it there, and one that a
 * server has gets its copy there. What finds nothing, or fails, is done again later; never is anything sent.
 */
export async function reconcileMessage(
  { environment, clients }: { readonly environment: MailEnvironment; readonly clients: WebClients },
  tenant: Tenant,
  message: OutboxEntry,
): Promise<void> {
  const found = await clients
    .use(tenant, message.accountId, async ({ kind, client }) =>
      kind === "pop3" ? ("no-folder" as const) : await look(client),
    )
    .catch(() => "failed" as const);
  if (message.state === "unknown") await conclude();
  else await keepCopy();

  async function look(client: ImapClient): Promise<"found" | "absent" | "appended" | "no-folder"> {
    const path = await findSentFolder(tenant, message.accountId, client);
    if (path === undefined) return "no-folder";
    const uids = await client.search(path, { header: { "Message-ID": message.messageId } });
    if (uids.length > 0) return "found";
    if (message.state === "unknown") return "absent";
    const bytes = await readRendered(tenant, message.id);
    if (bytes === undefined) return "absent";
    await client.append(path, withBcc(bytes, message.envelope.bcc), {
      flags: ["\\Seen"],
      receivedAt: new Date(message.envelope.date),
    });
    return "appended";
  }

  async function conclude(): Promise<void> {
    const recipients = await listRecipients(tenant, message.id);
    // A copy that an earlier attempt has left there says nothing of the last one.
    const isProof = found === "found" && recipients.every(({ status }) => status !== "accepted");
    if (!isProof) {
      await planNextCheck(tenant, message);
      return;
    }
    await inTransaction(environment.database, (sql) =>
      resolveOutbox({ id: tenant.id, sql }, message.id, "sent-folder", true),
    );
  }

  async function keepCopy(): Promise<void> {
    if (found === "found") await setSentCopy(tenant, message.id, "server");
    else if (found === "appended") await setSentCopy(tenant, message.id, "appended");
    else if (found === "no-folder") await setSentCopy(tenant, message.id, "none");
    // What became of the message itself has nothing to do with its copy.
    else if (!(await planNextCheck(tenant, message))) await setSentCopy(tenant, message.id, "failed");
  }
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
