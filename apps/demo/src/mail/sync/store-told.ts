import type { ImapAccountBatch, ImapClient } from "@mailwright/imap";
import type { SeenFolders } from "./seen-folders.js";
import { type AccountPass, returnsSince } from "./sync-account.js";
import { fromImap, toFolderBatch } from "./sync-folder.js";

/** Stores what an account of IMAP tells of one of its folders; false when the folders themselves are others, and must be listed anew. */
export async function storeTold(
  { account, signal }: AccountPass,
  client: ImapClient,
  seen: SeenFolders,
  batch: ImapAccountBatch,
): Promise<boolean> {
  // Not acknowledged: a pass finds it again.
  if (batch.events.some(({ type }) => type === "folder-deleted" || type === "folder-renamed")) return false;
  return await seen.store(batch.folder, (folder) =>
    toFolderBatch(batch, fromImap(client, { signal, returnsSince: returnsSince(account, folder) })),
  );
}
