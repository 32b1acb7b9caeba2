import type { MailError } from "../errors/mail-error.js";

/** Names a message within one folder: an IMAP UID or a POP3 UIDL. */
export type SyncId = number | string;

/** One change of a mailbox, the same for IMAP and POP3. */
export type SyncEvent<Message> =
  | { readonly type: "added"; readonly message: Message }
  | {
      readonly type: "flags";
      readonly uid: number;
      readonly flags: ReadonlySet<string>;
      readonly modseq?: bigint;
    }
  | { readonly type: "removed"; readonly ids: readonly SyncId[] }
  /** A hint: what vanished under one name and appeared under another is the same message. */
  | { readonly type: "moved"; readonly from: SyncId; readonly to: SyncId }
  /** Everything known so far is void: forget the folder, what follows is the whole of it. */
  | { readonly type: "reset"; readonly reason: string }
  /** The server lists these but will not give them; they are neither removed nor in the way. */
  | { readonly type: "unfetchable"; readonly ids: readonly SyncId[]; readonly error: MailError };

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
