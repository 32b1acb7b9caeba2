import type { SmtpErrorContext } from "../smtp-error.js";
import type { SmtpReply } from "../wire/smtp-reply.js";

/** How far a transaction is; in the order in which they follow each other. */
export type TransactionPhase = "mail" | "rcpt" | "data" | "body" | "data-end" | "done";

/** What a server has answered to one transaction, each reply to the command that it belongs to. */
export interface TransactionReplies {
  /** Recipients, in the order of their RCPT commands. */
  readonly addresses: readonly string[];
  /** Under LMTP each accepted recipient gets a final reply of its own, RFC 2033 §4.2. */
  readonly isLmtp: boolean;
  readonly context: Omit<SmtpErrorContext, "phase">;
  phase: TransactionPhase;
  mail?: SmtpReply | undefined;
  /** By recipient. */
  readonly rcpt: Map<string, SmtpReply>;
  data?: SmtpReply | undefined;
  /** A reply that came in before the dot had left. */
  early?: SmtpReply | undefined;
  /** The replies to the dot. */
  readonly final: SmtpReply[];
  /** The server did not know BDAT though it had announced CHUNKING: it has thrown the body away. */
  hasRefusedChunk?: boolean;
  /** A reply that shows server and client out of step. */
  nonsense?: { readonly reply: SmtpReply; readonly phase: TransactionPhase } | undefined;
}

/** Those whose RCPT was accepted. */
export function acceptedRecipients({ addresses, rcpt }: TransactionReplies): readonly string[] {
  return addresses.filter((address) => rcpt.get(address)?.kind === 2);
}

/** Whether a reply turns down what was asked, for now or for good. */
export function isRefusal(reply: SmtpReply | undefined): boolean {
  return reply?.kind === 4 || reply?.kind === 5;
}
