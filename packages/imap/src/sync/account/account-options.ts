import type { MailError, SyncCursor, SyncProgress } from "@mailwright/core";
import type { FolderPath } from "../../session/folder-path.js";
import type { ImapSyncEvent, SyncContentOptions } from "../sync-options.js";

/** What `ImapClient.syncAll()` takes. */
export interface ImapSyncAllOptions extends SyncContentOptions {
  /** @defaultValue all folders that can be opened */
  readonly folders?: readonly FolderPath[] | undefined;
  /** By the full names of folders: of the last acknowledged batch of each. */
  readonly cursors?: Readonly<Record<string, SyncCursor>> | undefined;
  /** Folders that are read at the same time, each on a connection of the pool. @defaultValue 2 */
  readonly concurrency?: number | undefined;
}

/** What happened to a folder as a whole. */
export type ImapFolderEvent =
  /** The first batch of a folder without a cursor says so, also when it holds nothing. */
  | { readonly type: "folder-created" }
  /** The cursor goes on under the new name; that of the old one is void. Where the server has OBJECTID. */
  | { readonly type: "folder-renamed"; readonly from: string }
  | { readonly type: "folder-deleted" }
  /** The server refuses to open it, for now or for good. What is known of it stays, and it is tried again. */
  | { readonly type: "folder-unreadable"; readonly error: MailError };

/** Changes of one folder that belong together. */
export interface ImapAccountBatch {
  readonly folder: string;
  readonly events: readonly (ImapSyncEvent | ImapFolderEvent)[];
  /** To be stored under the name of the folder, in the same transaction; with `null` there is none to be kept. */
  readonly cursor: SyncCursor | null;
  readonly progress: SyncProgress;
  /** Says that the events are stored. Only then does the sync move on from them. */
  acknowledge(): Promise<void>;
}
