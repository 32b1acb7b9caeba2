import type { SyncCursor } from "@mailwright/core";
import type { ImapClient, ImapMessage, ImapSyncEvent, ImapSyncOptions } from "../../src/index.js";

/** What a caller keeps of a folder: stored together with the cursor, as a database would. */
export class SyncedCopy {
  /** Sorted flags, by UID. */
  messages = new Map<number, string>();
  subjects = new Map<number, string>();
  cursor: SyncCursor | undefined;
  /** Every event that was stored, by its type. */
  readonly log: ImapSyncEvent[] = [];
  batches = 0;

  /** Syncs to the end, or dies before a batch is stored when `dies` says so. */
  async sync(
    imap: ImapClient,
    folder: string,
    options: ImapSyncOptions = {},
    dies: (batch: number) => boolean = () => false,
  ): Promise<boolean> {
    let count = 0;
    for await (const batch of imap.sync(folder, { ...options, cursor: this.cursor })) {
      count += 1;
      if (dies(count)) return false;
      this.store(batch.events);
      // Through JSON, as callers store it.
      this.cursor = JSON.parse(JSON.stringify(batch.cursor));
      this.batches += 1;
      await batch.acknowledge();
    }
    return true;
  }

  store(events: readonly ImapSyncEvent[]): void {
    for (const event of events) {
      this.log.push(event);
      if (event.type === "reset") {
        this.messages.clear();
        this.subjects.clear();
      } else if (event.type === "added") this.#add(event.message);
      else if (event.type === "flags") {
        if (this.messages.has(event.id)) this.messages.set(event.id, flagText(event.flags));
      } else if (event.type === "removed") {
        for (const id of event.ids) this.messages.delete(id);
        for (const id of event.ids) this.subjects.delete(id);
      }
    }
  }

  /** The types of events stored since the last call. */
  takeLog(): ImapSyncEvent[] {
    return this.log.splice(0);
  }

  #add({ uid, flags, subject }: ImapMessage): void {
    this.messages.set(uid, flagText(flags));
    this.subjects.set(uid, subject);
  }
}

/** Flags as they are compared. */
export function flagText(flags: Iterable<string>): string {
  return [...flags]
    .filter((flag) => flag !== "\\Recent")
    .sort()
    .join(" ");
}
