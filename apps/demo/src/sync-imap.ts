import type { Folder, ImapClient } from "@mailwright/imap";
import { describeContent, type MessageLine } from "./message-line.js";
import { ProgressBar, type ProgressOutput } from "./progress-bar.js";

/** What an account holds. */
export interface SyncedAccount {
  readonly folders: readonly Folder[];
  readonly messages: readonly MessageLine[];
}

/** Reads the text of every message of every folder; attachments stay on the server. */
export async function syncImap(
  imap: ImapClient,
  account: string,
  output: ProgressOutput,
): Promise<SyncedAccount> {
  const folders = await imap.listFolders({ counts: true });
  const total = folders.reduce((sum, folder) => sum + (folder.totalCount ?? 0), 0);
  const bar = new ProgressBar(output, `IMAP ${account}`);
  const messages: MessageLine[] = [];
  for (const folder of folders) {
    if (!folder.isSelectable || folder.totalCount === 0) continue;
    for await (const message of imap.messages(folder.name, { body: "text" })) {
      const { subject, date, from } = message;
      const sender = from[0];
      messages.push({
        folder: folder.displayName,
        date,
        from: sender?.name === "" ? sender.address : (sender?.name ?? ""),
        subject: subject ?? "",
        content: describeContent(message),
      });
      bar.update(messages.length, total);
    }
  }
  bar.finish(messages.length, total);
  return { folders, messages };
}
