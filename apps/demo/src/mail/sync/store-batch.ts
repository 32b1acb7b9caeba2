import { inTransaction } from "../../db/in-transaction.js";
import { type Folder, findFolder, resetFolder, saveCursor, setFolderProgress } from "../../store/folders.js";
import { type AccountLease, requireLease } from "../../store/leases.js";
import { addMessages } from "../../store/messages/add-messages.js";
import { removeByUid, setFlagsByUid } from "../../store/messages/change-messages.js";
import { forgetUnfetchable, noteUnfetchable } from "../../store/messages/unfetchable.js";
import { type Tenant, within } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";
import type { FolderBatch } from "./folder-batch.js";

/**
 * Stores a batch with its cursor in one transaction, as the account's holder or not at all. Killed at any moment, the
 * same batch comes again, and what is there already is passed over.
 */
export async function storeBatch(
  { database, now }: MailEnvironment,
  tenant: Tenant,
  lease: AccountLease,
  folder: Folder,
  batch: FolderBatch,
): Promise<void> {
  const isFirstSync = folder.lastPassAt === null;
  await inTransaction(database, async (sql) => {
    const inside = within(tenant, sql);
    await requireLease(inside, lease);
    if (batch.isReset) await resetFolder(inside, folder.id, nextValidity(folder.validity));
    const current = await findFolder(inside, folder.id);
    if (current === undefined) return;
    await setFlagsByUid(inside, folder.id, batch.flags);
    await removeByUid(inside, folder.id, batch.removed);
    await addMessages(inside, current, batch.added, { isFirstSync });
    const arrived = [...batch.added.map(({ uid }) => uid), ...batch.removed];
    await forgetUnfetchable(inside, folder.id, arrived);
    for (const { uids, error } of batch.unfetchable)
      await noteUnfetchable(inside, folder.id, uids, error, now());
    await saveCursor(inside, folder.id, batch.cursor);
    const counted = await findFolder(inside, folder.id);
    const progress = { synced: counted?.total, toSync: batch.total };
    const isNews = isFirstSync || counted?.synced !== counted?.total || counted?.toSync !== batch.total;
    if (isNews) await setFolderProgress(inside, folder.id, progress);
  });
  await batch.acknowledge();
}

/** Rows of the folder as it was are never taken for rows of the folder as it is now. */
function nextValidity(validity: string): string {
  return String(Number(validity) + 1);
}
