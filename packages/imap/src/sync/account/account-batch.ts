import type { SyncCursor, SyncProgress } from "@mailwright/core";
import type { ImapSyncBatch, ImapSyncEvent } from "../sync-options.js";
import type { ImapAccountBatch, ImapFolderEvent } from "./account-options.js";

const NO_PROGRESS = { done: 0, total: 0 };

/** A batch of one folder among those of an account. */
export class AccountBatch implements ImapAccountBatch {
  readonly folder: string;
  readonly events: readonly (ImapSyncEvent | ImapFolderEvent)[];
  readonly #batch: ImapSyncBatch | undefined;
  readonly #cursor: SyncCursor | null;

  /** Of what a folder's sync gave; `cursor` stands in where there is none. */
  constructor(
    folder: string,
    folderEvents: readonly ImapFolderEvent[],
    batch?: ImapSyncBatch,
    cursor: SyncCursor | null = null,
  ) {
    this.folder = folder;
    this.events = [...folderEvents, ...(batch?.events ?? [])];
    this.#batch = batch;
    this.#cursor = cursor;
  }

  get cursor(): SyncCursor | null {
    return this.#batch?.cursor ?? this.#cursor;
  }

  get progress(): SyncProgress {
    return this.#batch?.progress ?? NO_PROGRESS;
  }

  async acknowledge(): Promise<void> {
    await this.#batch?.acknowledge();
  }
}
