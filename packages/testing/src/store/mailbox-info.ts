import type { StoredMailbox } from "./stored-mailbox.js";

/** What a mailbox looks like from outside. */
export interface MailboxInfo {
  readonly path: string;
  readonly specialUse?: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  readonly messageCount: number;
  readonly mailboxId: string;
}

/** A copy of what holds now. */
export function toMailboxInfo(mailbox: StoredMailbox): MailboxInfo {
  return {
    path: mailbox.path,
    ...(mailbox.specialUse === undefined ? {} : { specialUse: mailbox.specialUse }),
    uidValidity: mailbox.uidValidity,
    uidNext: mailbox.uidNext,
    highestModseq: mailbox.highestModseq,
    messageCount: mailbox.messages.length,
    mailboxId: mailbox.mailboxId,
  };
}
