import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { isMailError } from "@mailwright/core";
import { folderFileName } from "../archive/folder-file-name.js";
import { toMboxEntry } from "../archive/mbox-entry.js";
import type { Folder } from "../store/folders.js";
import { listMessages, type MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import { readSource } from "./read-content.js";
import type { WebClients } from "./web-clients.js";

const PAGE = 200;

/** A file on its way to somebody. */
export interface ExportedFolder {
  readonly content: Readable;
  readonly filename: string;
}

/**
 * A folder as one file in the form mboxrd, the newest message first, one message in memory at a time. What was deleted
 * meanwhile is left out; whatever else fails ends the file with its reason, so that none seems whole which is not.
 */
export function exportFolder(clients: WebClients, tenant: Tenant, folder: Folder): ExportedFolder {
  const content = Readable.from(entries(clients, tenant, folder.id), { objectMode: false });
  return { content, filename: `${folderFileName(folder.path)}.mbox` };
}

async function* entries(
  clients: WebClients,
  tenant: Tenant,
  folder: string,
): AsyncGenerator<Buffer, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await listMessages(tenant, { folder }, { cursor, limit: PAGE });
    for (const message of page.items) {
      const source = await readWhole(clients, tenant, message);
      if (source !== undefined)
        yield Buffer.concat(toMboxEntry({ sender: message.fromAddress, date: message.date, source }));
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

async function readWhole(
  clients: WebClients,
  tenant: Tenant,
  message: MessageItem,
): Promise<Buffer | undefined> {
  try {
    const source = await readSource(clients, tenant, message);
    return source && (await buffer(source));
  } catch (error) {
    if (isMailError(error) && error.code === "not-found") return undefined;
    throw error;
  }
}
