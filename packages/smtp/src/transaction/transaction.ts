import type { MailError } from "@mailwright/core";
import type { SmtpErrorContext } from "../smtp-error.js";
import { parseReply, type SmtpReply } from "../wire/smtp-reply.js";
import type { WireListener } from "../wire/wire-tap.js";
import { conclude, doubtOf, type TransactionOutcome } from "./conclude.js";
import {
  acceptedRecipients,
  isRefusal,
  type TransactionPhase,
  type TransactionReplies,
} from "./transaction-replies.js";

/** Who follows a transaction. */
export interface TransactionEvents {
  readonly onPhase: (phase: TransactionPhase) => void;
  /** Called, before nodemailer acts on it, for a reply that shows server and client out of step. */
  readonly onNonsense: () => void;
}

type Pending =
  | { readonly phase: "mail" | "data" | "other" }
  | { readonly phase: "rcpt"; readonly address: string };

/**
 * One MAIL … RCPT … DATA … dot, seen from its commands and complete replies: puts each reply to the command that
 * it answers. The conclusion is drawn from these alone, never from how nodemailer words its errors.
 */
export class Transaction implements WireListener {
  readonly #replies: TransactionReplies;
  readonly #pending: Pending[] = [];
  readonly #events: TransactionEvents;
  #isDotSent = false;

  constructor(
    recipients: readonly string[],
    context: Omit<SmtpErrorContext, "phase"> & { readonly lmtp: boolean },
    events: TransactionEvents,
  ) {
    this.#replies = {
      addresses: recipients,
      isLmtp: context.lmtp,
      context,
      phase: "mail",
      rcpt: new Map(),
      final: [],
    };
    this.#events = events;
  }

  get addresses(): readonly string[] {
    return this.#replies.addresses;
  }

  get phase(): TransactionPhase {
    return this.#replies.phase;
  }

  /** The server said nothing, or goodbye: on a connection used before, it had simply ended meanwhile. */
  get isUnanswered(): boolean {
    const { mail, phase } = this.#replies;
    const isGoodbye = mail === undefined || mail.reply.code === "421";
    return isGoodbye && phase !== "body" && phase !== "data-end";
  }

  /** The server did not take the order of the commands: an answer to MAIL that says nothing of the sender. */
  get isOutOfOrder(): boolean {
    const { mail } = this.#replies;
    return mail !== undefined && /^(?:50[0-3]|554)$/.test(mail.reply.code ?? "");
  }

  /** The transaction has come to its regular end: the next one may follow without RSET. */
  get isClean(): boolean {
    const { phase, nonsense, early } = this.#replies;
    return phase === "done" && nonsense === undefined && early === undefined;
  }

  /** What makes it impossible to go on with the body. */
  get doubt(): MailError | undefined {
    return doubtOf(this.#replies);
  }

  onCommand(command: string): void {
    if (/^MAIL FROM:/i.test(command)) this.#pending.push({ phase: "mail" });
    else if (/^RCPT TO:/i.test(command)) {
      const address = this.addresses[this.#pendingRecipients() + this.#replies.rcpt.size];
      if (address !== undefined) this.#pending.push({ phase: "rcpt", address });
    } else if (command === "DATA") this.#pending.push({ phase: "data" });
    else this.#pending.push({ phase: "other" });
    this.#advance();
  }

  onReply(text: string): void {
    const reply = parseReply(text);
    const pending = this.#pending.shift();
    const isSense = pending === undefined ? this.#onLateReply(reply) : this.#onAnswer(pending, reply);
    if (isSense) return this.#advance();
    this.#replies.nonsense ??= { reply, phase: this.phase };
    this.#events.onNonsense();
  }

  onBodyStart(): void {
    this.#enter("body");
  }

  /** The dot is about to be written. */
  onDot(): void {
    this.#enter("data-end");
  }

  /** The dot has left; only when nothing came in before that, the next reply is the answer to it. */
  onDotSent(isNextReplyItsAnswer: boolean): void {
    this.#isDotSent = isNextReplyItsAnswer;
  }

  /** The verdict; `failure` is why no more replies come, when that is so. */
  conclude(failure: MailError | undefined): TransactionOutcome {
    return conclude(this.#replies, failure);
  }

  /** Whether the reply is one that the command may have. */
  #onAnswer(pending: Pending, reply: SmtpReply): boolean {
    if (pending.phase === "mail") this.#replies.mail = reply;
    else if (pending.phase === "rcpt") this.#replies.rcpt.set(pending.address, reply);
    else if (pending.phase === "data") this.#replies.data = reply;
    // QUIRK: some servers answer DATA with 250 (emailjs issue 24); nodemailer takes that for 354.
    return reply.kind !== 0 && (reply.kind !== 3 || pending.phase === "data");
  }

  #onLateReply(reply: SmtpReply): boolean {
    const { phase, final } = this.#replies;
    if (phase !== "data-end" || !this.#isDotSent) {
      this.#replies.early ??= reply;
      // A server may refuse a body before its end, and spares itself the rest; but nothing can be taken back once
      // the dot is on its way.
      return phase === "body" && isRefusal(reply);
    }
    final.push(reply);
    if (final.length >= this.#expectedFinals()) this.#enter("done");
    return reply.kind !== 0 && reply.kind !== 3;
  }

  #pendingRecipients(): number {
    return this.#pending.filter(({ phase }) => phase === "rcpt").length;
  }

  #expectedFinals(): number {
    return this.#replies.isLmtp ? acceptedRecipients(this.#replies).length : 1;
  }

  #advance(): void {
    const next = this.#pending[0]?.phase;
    if (next !== undefined && next !== "other") this.#enter(next);
  }

  #enter(phase: TransactionPhase): void {
    if (phase === this.phase) return;
    this.#replies.phase = phase;
    this.#events.onPhase(phase);
  }
}
