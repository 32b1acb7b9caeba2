import type { SyncEvent } from "./sync-event.js";

/**
 * Where a sync stands: plain JSON to persist as it is. Opaque: its fields belong to the package that
 * made it, and `version` lets a later release read it.
 */
export interface SyncCursor {
  readonly version: number;
  readonly protocol: "imap" | "pop3";
  readonly state: unknown;
}

/** Changes that belong together, and the cursor to store with them. */
export interface SyncBatch<Message> {
  readonly events: readonly SyncEvent<Message>[];
  /** Valid once {@link acknowledge} has resolved; store it in the same transaction as the events. */
  readonly cursor: SyncCursor;
  /** Says that the events are stored. Only then does the sync move on from them. */
  acknowledge(): Promise<void>;
}
