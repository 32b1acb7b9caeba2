import type { SyncCursor } from "@mailwright/core";
import type { AccountWatchOptions, ImapAccountBatch, ImapClient, ImapFolderEvent } from "../../src/index.js";
import { SyncedCopy } from "./synced-copy.js";

/** What a caller keeps of an account: a copy and a cursor for each folder. */
export class SyncedAccount {
  readonly copies = new Map<string, SyncedCopy>();
  readonly folderEvents: (ImapFolderEvent & { readonly folder: string })[] = [];

  get cursors(): Record<string, SyncCursor> {
    const entries = [...this.copies].flatMap(([name, { cursor }]) =>
      cursor === undefined ? [] : [[name, cursor] as const],
    );
    return Object.fromEntries(entries);
  }

  /** Stores a batch as a transaction would: all of it, and the cursor. */
  store({ folder, events, cursor }: ImapAccountBatch): void {
    for (const event of events) {
      if (event.type === "folder-renamed") {
        const copy = this.copies.get(event.from);
        if (copy !== undefined) this.copies.set(folder, copy);
        this.copies.delete(event.from);
      }
      if (event.type.startsWith("folder-")) this.folderEvents.push({ ...(event as ImapFolderEvent), folder });
    }
    if (cursor === null) {
      this.copies.delete(folder);
      return;
    }
    const copy = this.copies.get(folder) ?? new SyncedCopy();
    this.copies.set(folder, copy);
    copy.store(events.flatMap((event) => (isMessageEvent(event) ? [event] : [])));
    copy.cursor = JSON.parse(JSON.stringify(cursor));
  }

  /** The subjects in a folder, in the order of their UIDs. */
  subjects(folder: string): string[] {
    const copy = this.copies.get(folder);
    return [...(copy?.subjects ?? [])].sort(([a], [b]) => a - b).map(([, subject]) => subject);
  }
}

/** Watches into the account until the answer is called; an error of the watch comes out of that. */
export function followAccount(
  imap: ImapClient,
  account: SyncedAccount,
  options: AccountWatchOptions = {},
): () => Promise<void> {
  const ended = new AbortController();
  const run = async (): Promise<void> => {
    for await (const batch of imap.watch({ ...options, cursors: account.cursors, signal: ended.signal })) {
      account.store(batch);
      await batch.acknowledge();
    }
  };
  const running = run();
  running.catch(() => {});
  return () => {
    ended.abort();
    return running;
  };
}

function isMessageEvent(
  event: ImapAccountBatch["events"][number],
): event is Exclude<ImapAccountBatch["events"][number], ImapFolderEvent> {
  return !event.type.startsWith("folder-");
}
