import { isDeepStrictEqual } from "node:util";
import type { ImapClient } from "@mailwright/imap";
import { listFolders, readCursor } from "../../store/folders.js";
import { storeBatch } from "./store-batch.js";
import { type AccountPass, returnsSince } from "./sync-account.js";
import { fromImap, IMAP_CONTENT, isCursor, toFolderBatch } from "./sync-folder.js";

/**
 * Stores what an account of IMAP tells of, from where the last pass ended, so that nothing between the two is missed.
 * Resolves when the folders themselves are others than before: then a pass must list them.
 */
export async function watchAccount(pass: AccountPass, client: ImapClient): Promise<void> {
  const { environment, tenant, account, lease, signal } = pass;
  const stored = (await listFolders(tenant, account.id)).filter(({ isSelectable }) => isSelectable);
  const cursors = new Map(
    await Promise.all(stored.map(async ({ id, path }) => [path, await readCursor(tenant, id)] as const)),
  );
  const folders = stored.map(({ path }) => path);
  const known = Object.fromEntries(
    [...cursors].flatMap(([path, cursor]) => (isCursor(cursor) ? [[path, cursor]] : [])),
  );
  for await (const batch of client.watch({ ...IMAP_CONTENT, folders, cursors: known, signal })) {
    const folder = (await listFolders(tenant, account.id)).find(({ path }) => path === batch.folder);
    const isOther = batch.events.some(({ type }) => type === "folder-deleted" || type === "folder-renamed");
    // Not acknowledged: a pass finds it again.
    if (folder === undefined || isOther) return;
    if (batch.events.length === 0 && isDeepStrictEqual(batch.cursor, known[batch.folder]))
      await batch.acknowledge();
    else {
      const toMessage = fromImap(client, { signal, returnsSince: returnsSince(account, folder) });
      await storeBatch(environment, tenant, lease, folder, await toFolderBatch(batch, toMessage));
    }
  }
}
