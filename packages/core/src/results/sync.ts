import type { MailError } from "../errors/mail-error.js";

/** Names a message within one folder: an IMAP UID or a POP3 UIDL. */
export type SyncId = number | string;

/** A message in a folder. */
export interface SyncPlace<Id extends SyncId = SyncId> {
  readonly folder: string;
  readonly id: Id;
}

/**
 * Why everything known so far is void: the server gave the folder's messages new names (`"uidvalidity"`), the cursor is
 * not one that this release can read, or it was made for another account.
 */
export type SyncResetReason = "uidvalidity" | "cursor-unreadable" | "account-changed";

/** One change of a mailbox, the same for IMAP and POP3. Plain data: JSON takes it as it is. */
export type SyncEvent<Message, Id extends SyncId = SyncId> =
  | { readonly type: "added"; readonly id: Id; readonly message: Message }
  /** All flags of a message as they are now. They may be the ones that are known. */
  | {
      readonly type: "flags";
      readonly id: Id;
      readonly flags: readonly string[];
      /** In decimal digits, where the server counts changes. */
      readonly modseq?: string;
    }
  | { readonly type: "removed"; readonly ids: readonly Id[] }
  /** A hint: what vanished in one place and appeared in another is the same message. Both are told as well. */
  | { readonly type: "moved"; readonly from: SyncPlace<Id>; readonly to: SyncPlace<Id> }
  /** Everything known so far is void: forget the folder, what follows is the whole of it. */
  | { readonly type: "reset"; readonly reason: SyncResetReason }
  /** The server lists these but will not give them; they are neither removed nor in the way, and tried again later. */
  | { readonly type: "unfetchable"; readonly ids: readonly Id[]; readonly error: MailError };

/**
 * Where a sync stands: plain JSON to persist as it is. Opaque: its fields belong to the package that
 * made it, and `version` lets a later release read it.
 */
export interface SyncCursor {
  readonly version: number;
  readonly protocol: "imap" | "pop3";
  readonly state: unknown;
}

/** How far a sync has come, for a bar. */
export interface SyncProgress {
  /** Messages of the mailbox that the caller has once the batch is acknowledged. */
  readonly done: number;
  /** Messages in the mailbox when the sync looked at it. */
  readonly total: number;
}

/** Changes that belong together, and the cursor to store with them. */
export interface SyncBatch<Message, Id extends SyncId = SyncId> {
  readonly events: readonly SyncEvent<Message, Id>[];
  /** Where the sync stands after these events: store it in the same transaction as them, and then {@link acknowledge}. */
  readonly cursor: SyncCursor;
  readonly progress: SyncProgress;
  /** Says that the events are stored. Only then does the sync move on from them. */
  acknowledge(): Promise<void>;
}
