import type { ImapClient } from "@mailwright/imap";
import type { SeenFolders } from "./seen-folders.js";
import { storeTold } from "./store-told.js";
import type { AccountPass } from "./sync-account.js";
import { IMAP_CONTENT } from "./sync-folder.js";

/**
 * Stores what an account of IMAP tells of, from where the last look ended, so that nothing between the two is missed.
 * Resolves when the folders themselves are others than before: then a pass must list them.
 */
export async function watchAccount(pass: AccountPass, client: ImapClient, seen: SeenFolders): Promise<void> {
  const { paths: folders, cursors } = seen;
  const { signal } = pass;
  for await (const batch of client.watch({ ...IMAP_CONTENT, folders, cursors, signal }))
    if (!(await storeTold(pass, client, seen, batch))) return;
}
