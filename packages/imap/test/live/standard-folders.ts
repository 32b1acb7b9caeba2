import type { ImapClient } from "../../src/index.js";

/** Makes the folders that other servers make by themselves. */
export async function makeStandardFolders(imap: ImapClient, prefix: string): Promise<void> {
  for (const name of ["Archive", "Drafts", "Junk", "Sent", "Trash"].map((last) => `${prefix}${last}`)) {
    await imap.createFolder(name);
    await imap.subscribeFolder(name);
  }
}
