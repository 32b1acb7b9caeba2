import type { OperationOptions, SyncBatch, SyncCursor, SyncEvent } from "@mailwright/core";
import { MailError } from "@mailwright/core";

/** What `Pop3Client.sync()` takes. `timeoutMs` bounds each batch, not the whole. */
export interface Pop3SyncOptions extends OperationOptions {
  /** Of the last acknowledged batch; without one everything is new. */
  readonly cursor?: SyncCursor | undefined;
  /** What `added` messages bring along: everything, the header, or only identity and size. @defaultValue "full" */
  readonly body?: "full" | "headers" | "none" | undefined;
  /**
   * Deletes messages from the server this many days after they were first acknowledged; 0 at once. Carried out
   * after the last batch, and only for acknowledged messages. @defaultValue undefined: never
   */
  readonly leaveOnServerDays?: number | undefined;
  /**
   * Messages in a batch at most. @defaultValue 100, or a sixth of the messages that the cursor knows if that is more:
   * a cursor is as large as what it knows, and written with every batch
   */
  readonly batchMessages?: number | undefined;
  /** Bytes in a batch, give or take its last message. @defaultValue 16777216 (16 MiB) */
  readonly batchBytes?: number | undefined;
}

/** A message as a sync brings it. */
export interface Pop3SyncMessage {
  /** The same in every sync: the UIDL, or a digest of the header where the server has none that is unique. */
  readonly id: string;
  readonly uidl: string | undefined;
  /** As the server counts. */
  readonly sizeBytes: number;
  /** The message, its header, or `undefined`, as `body` says. */
  readonly source: Buffer | undefined;
}

/**
 * A batch of a POP3 sync. Its `unfetchable` events name a message by its `id`, or by `number 7` when it has no
 * UIDL and the server would not give its header either.
 */
export type Pop3SyncBatch = SyncBatch<Pop3SyncMessage, string>;

/** What a POP3 sync tells: messages are named by UIDL or digest. */
export type Pop3SyncEvent = SyncEvent<Pop3SyncMessage, string>;

/** {@link Pop3SyncOptions} with every default filled in. */
export interface ResolvedSyncOptions extends OperationOptions {
  readonly cursor: SyncCursor | undefined;
  readonly body: "full" | "headers" | "none";
  readonly leaveOnServerDays: number | undefined;
  /** `undefined`: grows with the cursor. */
  readonly batchMessages: number | undefined;
  readonly batchBytes: number;
}

/** Fills in the defaults; throws `"invalid-argument"`. */
export function resolveSyncOptions(options: Pop3SyncOptions): ResolvedSyncOptions {
  const { cursor, body = "full", leaveOnServerDays, batchMessages, batchBytes = 16 * 1024 * 1024 } = options;
  require(leaveOnServerDays === undefined ||
    leaveOnServerDays >= 0, "leaveOnServerDays must not be negative");
  require(batchMessages === undefined || batchMessages >= 1, "batchMessages must be at least 1");
  require(batchBytes >= 1, "batchBytes must be at least 1");
  const { signal, timeoutMs } = options;
  return { cursor, body, leaveOnServerDays, batchMessages, batchBytes, signal, timeoutMs };
}

function require(holds: boolean, message: string): void {
  if (!holds) throw new MailError(message, { code: "invalid-argument", protocol: "pop3" });
}
