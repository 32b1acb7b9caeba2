import type { Folder } from "@mailwright/imap";
import type { ListedFolder } from "../store/folders.js";
import type { AccountClient } from "./account-client.js";

/** The folders that an account's server lists; POP3 has its one mailbox. */
export async function listOnServer(
  { kind, client }: AccountClient,
  signal?: AbortSignal,
): Promise<ListedFolder[]> {
  if (kind === "pop3") return [{ path: "INBOX", displayName: "Inbox", role: "inbox", isSelectable: true }];
  return (await client.listFolders({ signal })).map(toListed);
}

/** A folder as it is stored; the inbox is called so, whatever its server's language. */
export function toListed({ name, displayName, role, isSelectable }: Folder): ListedFolder {
  return { path: name, displayName: role === "inbox" ? "Inbox" : displayName, role, isSelectable };
}
