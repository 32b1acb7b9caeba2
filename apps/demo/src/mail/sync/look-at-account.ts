import type { ImapClient } from "@mailwright/imap";
import type { Pop3Client } from "@mailwright/pop3";
import type { SeenFolders } from "./seen-folders.js";
import { storeTold } from "./store-told.js";
import { type AccountPass, wantedSince } from "./sync-account.js";
import { IMAP_CONTENT, syncFolder } from "./sync-folder.js";

/**
 * Looks at all folders of an account and stores what is new in them; as long as nothing is, without a statement to the database.
 * False when there must be a pass: the folders are others, or one of them cannot be read. Rejects as a pass does.
 */
export async function lookAtAccount(pass: AccountPass, seen: SeenFolders): Promise<boolean> {
  const { kind, client } = pass.client;
  if (kind === "pop3") return await lookIntoMailbox(pass, client, seen);
  return (await seen.isListed()) && (await lookIntoFolders(pass, client, seen));
}

async function lookIntoFolders(pass: AccountPass, client: ImapClient, seen: SeenFolders): Promise<boolean> {
  const { paths: folders, cursors } = seen;
  const { account, signal } = pass;
  const content = { ...IMAP_CONTENT, since: wantedSince(account) };
  for await (const batch of client.syncAll({ ...content, folders, cursors, signal })) {
    // A pass fails at it, and says in the account's row why.
    if (batch.events.some(({ type }) => type === "folder-unreadable")) return false;
    if (!(await storeTold(pass, client, seen, batch))) return false;
  }
  return true;
}

async function lookIntoMailbox(pass: AccountPass, client: Pop3Client, seen: SeenFolders): Promise<boolean> {
  const { signal } = pass;
  const { now } = pass.environment;
  for (const path of seen.paths) {
    const changed = syncFolder({ kind: "pop3", client }, path, seen.cursors[path], { signal, now });
    for await (const batch of changed) if (!(await seen.store(path, async () => batch))) return false;
  }
  return true;
}
