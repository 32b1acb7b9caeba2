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
