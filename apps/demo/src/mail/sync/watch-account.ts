import type { ImapClient } from "@mailwright/imap";
import type { SeenFolders } from "./seen-folders.js";
import { storeTold } from "./store-told.js";
import { type AccountPass, wantedSince } from "./sync-account.js";
import { IMAP_CONTENT } from "./sync-folder.js";

/**
 * Stores what an account of IMAP tells of, from where the last look ended, so that nothing between the two is missed.
 * Resolves when the folders themselves are others than before: then a pass must list them.
 */
export async function watchAccount(pass: AccountPass, client: ImapClient, seen: SeenFolders): Promise<void> {
  const { paths: folders, cursors } = seen;
  const { account, signal } = pass;
  const content = { ...IMAP_CONTENT, since: wantedSince(account) };
  for await (const batch of client.watch({ ...content, folders, cursors, signal }))
    if (!(await storeTold(pass, client, seen, batch))) return;
}
