import { MailError } from "@mailwright/core";

/** The mailbox that a session has open, as SELECT told and the server corrected since. */
export interface SelectedMailbox {
  readonly path: string;
  /** `undefined` when the server tells none or 0: UIDs must then not be kept. */
  readonly uidValidity?: number | undefined;
  readonly uidNext?: number | undefined;
  /** `undefined` when the mailbox has no MODSEQs (RFC 7162 §3.1.2.2). */
  readonly highestModseq?: bigint | undefined;
  /** Stays the same when the mailbox is renamed (OBJECTID, RFC 8474 §4). */
  readonly mailboxId?: string | undefined;
  readonly flags: ReadonlySet<string>;
  /** What may be stored for good; `undefined` when the server does not say: then everything may. */
  readonly permanentFlags?: ReadonlySet<string> | undefined;
  readonly isReadOnly: boolean;
  /** Opened for reading alone: it is opened again before anything is changed. */
  readonly isExamined: boolean;
  /** The folder epoch of the account when it was opened; in a later one it is opened anew. */
  readonly epoch: number;
  /** By `performance.now()`. */
  readonly openedAt: number;
  exists: number;
  /** Opened just now, so that `uidNext` holds. */
  isFresh: boolean;
}

/** Throws `"conflict"` when a mailbox is not the one that UIDs were read from: they mean other messages now. */
export function requireSameMailbox(mailbox: SelectedMailbox, uidValidity: number | undefined): void {
  if (mailbox.uidValidity === uidValidity) return;
  const message = `${mailbox.path} was replaced meanwhile: its UIDs mean other messages now`;
  throw new MailError(message, { code: "conflict", protocol: "imap", phase: "select" });
}
