import type { SyncBatch, SyncCursor } from "@mailwright/core";
import type { Pop3Client, Pop3SyncMessage } from "@mailwright/pop3";
import type { Folder } from "../store/folders.js";
import type { Tenant } from "../store/tenant.js";
import type { AccountClient } from "./account-client.js";
import type { FolderBatch } from "./folder-batch.js";
import { fromSource } from "./message-from-source.js";
import { scanImapFolder } from "./scan-imap-folder.js";

/** What changed in a folder since a cursor, in batches; without a cursor everything is new. */
export function syncFolder(
  { kind, client }: AccountClient,
  tenant: Tenant,
  folder: Folder,
  cursor: unknown,
  options: { readonly signal: AbortSignal; readonly now: () => Date },
): AsyncIterable<FolderBatch> {
  if (kind === "imap") return scanImapFolder(client, tenant, folder, cursor, options.signal);
  return syncPop3(client, cursor, options);
}

const BATCH_MESSAGES = 100;
const BATCH_BYTES = 8 * 1024 * 1024;

async function* syncPop3(
  client: Pop3Client,
  cursor: unknown,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => Date },
): AsyncGenerator<FolderBatch, void, undefined> {
  const { count } = await client.stat({ signal });
  const batches = client.sync({
    body: "full",
    batchMessages: BATCH_MESSAGES,
    batchBytes: BATCH_BYTES,
    signal,
    ...(isCursor(cursor) && { cursor }),
  });
  for await (const batch of batches) yield toFolderBatch(batch, count, now());
}

function toFolderBatch(batch: SyncBatch<Pop3SyncMessage>, total: number, now: Date): FolderBatch {
  const { events } = batch;
  return {
    isReset: events.some(({ type }) => type === "reset"),
    added: events.flatMap((event) =>
      event.type === "added" && event.message.source !== undefined
        ? [fromSource(event.message.id, event.message.source, now)]
        : [],
    ),
    flags: [],
    removed: events.flatMap((event) => (event.type === "removed" ? event.ids.map(String) : [])),
    unfetchable: events.flatMap((event) =>
      event.type === "unfetchable" ? [{ uids: event.ids.map(String), error: event.error.message }] : [],
    ),
    cursor: batch.cursor,
    total,
    acknowledge: () => batch.acknowledge(),
  };
}

/** A cursor as it came back from the database; what is in it is checked by the package that made it. */
function isCursor(value: unknown): value is SyncCursor {
  return typeof value === "object" && value !== null && "version" in value && "protocol" in value;
}
