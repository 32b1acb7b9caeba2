import type { MailError } from "@mailwright/core";
import { isUnwelcome, type SmtpErrorContext } from "../smtp-error.js";
import type { SmtpReply } from "../wire/smtp-reply.js";
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
  /** Called for a reply that shows server and client out of step, before anything else is done about it. */
  readonly onNonsense: () => void;
}

/** A command whose reply is due. */
type Pending =
  | { readonly phase: "reset" | "mail" | "data" }
  | { readonly phase: "rcpt"; readonly address: string };

/** What a server says that does not know BDAT, or does not know where it is. */
const CHUNK_REFUSALS: readonly (string | undefined)[] = ["500", "502", "503"];

/**
 * One MAIL … RCPT … DATA … dot, or BDAT, as its replies tell of it: puts each reply to the command that it answers. The
 * conclusion is drawn from these alone.
 */
export class Transaction {
  readonly #replies: TransactionReplies;
  readonly #pending: Pending[] = [];
  readonly #events: TransactionEvents;
  #reset: SmtpReply | undefined;
  #isChunked = false;
  #isEndSent = false;

  constructor(
    recipients: readonly string[],
    { context, isLmtp }: { readonly context: Omit<SmtpErrorContext, "phase">; readonly isLmtp: boolean },
    events: TransactionEvents,
  ) {
    this.#replies = {
      addresses: recipients,
      isLmtp,
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

  /** Replies to commands are due. */
  get isWaiting(): boolean {
    return this.#pending.length > 0;
  }

  /** The reply to RSET, MAIL or DATA, once it is in. */
  replyTo(command: "reset" | "mail" | "data"): SmtpReply | undefined {
    return command === "reset" ? this.#reset : this.#replies[command];
  }

  /** The sender was accepted, and at least one of the recipients. */
  get isEnvelopeAccepted(): boolean {
    return this.#replies.mail?.kind === 2 && acceptedRecipients(this.#replies).length > 0;
  }

  /** The server said nothing, or goodbye: on a connection used before, it had simply ended meanwhile. */
  get isUnanswered(): boolean {
    const { mail, phase } = this.#replies;
    const isGoodbye = mail === undefined || (mail.reply.code === "421" && !isUnwelcome(mail.reply));
    return isGoodbye && phase !== "body" && phase !== "data-end";
  }

  /** The server did not take the order of the commands: an answer to MAIL that says nothing of the sender. */
  get isOutOfOrder(): boolean {
    return /^50[0-3]$/.test(this.#replies.mail?.reply.code ?? "");
  }

  /** The server did not know what to do with the body in a chunk, and threw it away. */
  get hasRefusedChunk(): boolean {
    return this.#replies.hasRefusedChunk === true;
  }

  /** The server ends the connection after this. */
  get hasSaidGoodbye(): boolean {
    const { mail, rcpt, data, early, final } = this.#replies;
    return [mail, ...rcpt.values(), data, early, ...final].some((reply) => reply?.reply.code === "421");
  }

  /** The transaction has come to its regular end: the next one may follow without RSET. */
  get isClean(): boolean {
    const { phase, nonsense, early } = this.#replies;
    return phase === "done" && nonsense === undefined && early === undefined && !this.hasRefusedChunk;
  }

  /** What makes it impossible to go on with the body. */
  get doubt(): MailError | undefined {
    return doubtOf(this.#replies);
  }

  /** The command is on its way. */
  expect(phase: "reset" | "mail" | "data"): void {
    this.#expect({ phase });
  }

  /** `RCPT TO` is on its way. */
  expectRecipient(address: string): void {
    this.#expect({ phase: "rcpt", address });
  }

  onReply(reply: SmtpReply): void {
    const pending = this.#pending.shift();
    const isSense = pending === undefined ? this.#onLateReply(reply) : this.#onAnswer(pending, reply);
    if (isSense) return this.#advance();
    this.#replies.nonsense ??= { reply, phase: this.phase };
    this.#events.onNonsense();
  }

  onBodyStart(isChunked = false): void {
    this.#isChunked = isChunked;
    this.#enter("body");
  }

  /** The dot, or the end of the chunk, is about to be written. */
  onEnd(): void {
    this.#enter("data-end");
  }

  /** The end has left; only when nothing came in before that, the next reply is the answer to it. */
  onEndSent(isNextReplyItsAnswer: boolean): void {
    this.#isEndSent = isNextReplyItsAnswer;
  }

  /** The verdict; `failure` is why no more replies come, when that is so. */
  conclude(failure: MailError | undefined): TransactionOutcome {
    return conclude(this.#replies, failure);
  }

  #expect(pending: Pending): void {
    this.#pending.push(pending);
    this.#advance();
  }

  /** Whether the reply is one that the command may have. */
  #onAnswer(pending: Pending, reply: SmtpReply): boolean {
    if (pending.phase === "reset") this.#reset = reply;
    else if (pending.phase === "mail") this.#replies.mail = reply;
    else if (pending.phase === "rcpt") this.#replies.rcpt.set(pending.address, reply);
    else this.#replies.data = reply;
    return reply.kind !== 0 && (reply.kind !== 3 || pending.phase === "data");
  }

  #onLateReply(reply: SmtpReply): boolean {
    const { phase, final } = this.#replies;
    if (phase !== "data-end" || !this.#isEndSent) {
      this.#replies.early ??= reply;
      // A server may refuse a body before its end, and spares itself the rest; but nothing can be taken back once
      // the end is on its way.
      return phase === "body" && isRefusal(reply);
    }
    // Under LMTP the same word is one recipient's refusal of a message that the others may have.
    const isAnswerToChunk = this.#isChunked && !this.#replies.isLmtp;
    if (isAnswerToChunk && isAboutAddress(reply)) return false;
    const isChunkRefused = isAnswerToChunk && CHUNK_REFUSALS.includes(reply.reply.code);
    if (isChunkRefused) this.#replies.hasRefusedChunk = true;
    else final.push(reply);
    if (isChunkRefused || final.length >= this.#expectedFinals()) this.#enter("done");
    return reply.kind !== 0 && reply.kind !== 3;
  }

  #expectedFinals(): number {
    return this.#replies.isLmtp ? acceptedRecipients(this.#replies).length : 1;
  }

  #advance(): void {
    const next = this.#pending[0]?.phase;
    if (next !== undefined && next !== "reset") this.#enter(next);
  }

  #enter(phase: TransactionPhase): void {
    if (phase === this.phase) return;
    this.#replies.phase = phase;
    this.#events.onPhase(phase);
  }
}

/** RFC 3463 §3.2: what a server says of a sender or a recipient, and late when it comes behind a chunk. */
function isAboutAddress({ kind, reply }: SmtpReply): boolean {
  return kind === 2 && reply.enhancedCode?.startsWith("2.1.") === true;
}
