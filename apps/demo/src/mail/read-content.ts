import { Readable } from "node:stream";
import { parseMessage } from "@mailwright/parser";
import { findFolder } from "../store/folders.js";
import { findBody, findSource } from "../store/messages/bodies.js";
import type { MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import type { AccountClient } from "./account-client.js";
import type { WebClients } from "./web-clients.js";

/** Bytes on their way to somebody. */
export interface Content {
  readonly stream: Readable;
  readonly filename: string;
  readonly contentType: string;
}

/** The bytes of a whole message: kept here for POP3, else the server's. */
export async function readSource(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
): Promise<Readable | undefined> {
  const stored = await findSource(tenant, message.id);
  if (stored !== undefined) return Readable.from([stored]);
  return await onServer(clients, tenant, message, async ({ client }, folder) => {
    const { content } = await client.downloadMessage(folder, Number(message.uid));
    return content;
  });
}

/** The header fields of a message in their order: kept here for POP3, else the server's. */
export async function readHeaders(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
): Promise<readonly (readonly [string, string])[] | undefined> {
  const body = await findBody(tenant, message.id);
  if (body !== undefined && body.headers.length > 0) return body.headers;
  return await onServer(clients, tenant, message, async ({ client }, folder) => {
    const found = await client.message(folder, Number(message.uid), { headers: "all" });
    return [...(found?.headers ?? [])].flatMap(([name, values]) =>
      values.map((value) => [name, value] as const),
    );
  });
}

/** The bytes of one attachment, decoded. */
export async function readAttachment(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
  part: string,
): Promise<Content | undefined> {
  const body = await findBody(tenant, message.id);
  const attachment = body?.attachments.find((candidate) => candidate.part === part);
  if (attachment === undefined) return undefined;
  const { safeFilename: filename, contentType } = attachment;
  const stored = await findSource(tenant, message.id);
  if (stored !== undefined) {
    const content = parseMessage(stored)
      .attachments.find(({ path }) => path === part)
      ?.content();
    return content && { stream: Readable.from([content]), filename, contentType };
  }
  return await onServer(clients, tenant, message, async ({ client }, folder) => {
    const { content } = await client.downloadAttachment(folder, Number(message.uid), part);
    return { stream: content, filename, contentType };
  });
}

/** Asks the server of a message's account for something; `undefined` for what no server keeps (POP3). */
export async function onServer<T>(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
  read: (client: Extract<AccountClient, { kind: "imap" }>, folder: string) => Promise<T>,
): Promise<T | undefined> {
  const folder = await findFolder(tenant, message.folderId);
  if (folder === undefined) return undefined;
  return await clients.use(tenant, message.accountId, async (client) =>
    client.kind === "imap" ? await read(client, folder.path) : undefined,
  );
}
