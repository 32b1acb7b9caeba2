import type { Folder, ImapClient } from "@mailwright/imap";
import { describeContent, type MessageLine } from "./message-line.js";
import { ProgressBar, type ProgressOutput } from "./progress-bar.js";

/** What an account holds. */
export interface SyncedAccount {
  readonly folders: readonly Folder[];
  readonly messages: readonly MessageLine[];
}

/** Reads the text of every message of one folder or all; attachments stay on the server. */
export async function syncImap(
  imap: ImapClient,
  account: string,
  only: string | undefined,
  output: ProgressOutput,
): Promise<SyncedAccount> {
  const folders = await imap.listFolders({ counts: true });
  const wanted = only === undefined ? folders.filter(isWorthReading).map(({ name }) => name) : [only];
  const total = folders.reduce(
    (sum, { name, totalCount = 0 }) => sum + (wanted.includes(name) ? totalCount : 0),
    0,
  );
  const bar = new ProgressBar(output, `IMAP ${account}`);
  const messages: MessageLine[] = [];
  for (const folder of wanted) {
    for await (const message of imap.messages(folder, { body: "text" })) {
      const { subject, date, from } = message;
      const [sender] = from;
      const shown = sender?.name === "" ? sender.address : sender?.name;
      messages.push({ folder, date, from: shown ?? "", subject, content: describeContent(message) });
      bar.update(messages.length, total);
    }
  }
  bar.finish(messages.length, total);
  return { folders, messages };
}

function isWorthReading({ isSelectable, totalCount }: Folder): boolean {
  return isSelectable && totalCount !== 0;
}
