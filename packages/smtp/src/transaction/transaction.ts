import type { MailError, RecipientResult, ServerReply } from "@mailwright/core";
import { fromReply, type SmtpErrorContext, unknownOutcome } from "../smtp-error.js";
import { findServerMessageId, parseReply, type SmtpReply } from "../wire/smtp-reply.js";
import type { WireListener } from "../wire/wire-tap.js";

/** How far a transaction is; in the order in which they follow each other. */
export type TransactionPhase = "mail" | "rcpt" | "data" | "body" | "data-end" | "done";

/** What one transaction came to. */
export interface TransactionOutcome {
  readonly phase: TransactionPhase;
  readonly recipients: readonly RecipientResult[];
  readonly response?: ServerReply | undefined;
  readonly serverMessageId?: string | undefined;
  /** Why not everybody accepted. */
  readonly error?: MailError | undefined;
}

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
 * One MAIL … RCPT … DATA … dot, seen from its commands and complete replies. Draws the conclusion from
 * these alone, never from how nodemailer words its errors.
 */
export class Transaction implements WireListener {
  readonly addresses: readonly string[];
  readonly #isLmtp: boolean;
  readonly #context: Omit<SmtpErrorContext, "phase">;
  readonly #pending: Pending[] = [];
  readonly #rcpt = new Map<string, SmtpReply>();
  readonly #final: SmtpReply[] = [];
  readonly #events: TransactionEvents;
  #mail: SmtpReply | undefined;
  #data: SmtpReply | undefined;
  #nonsense: { readonly reply: SmtpReply; readonly phase: TransactionPhase } | undefined;
  /** A reply that came in before the dot had left. */
  #early: SmtpReply | undefined;
  #phase: TransactionPhase = "mail";
  #isDotSent = false;

  constructor(
    recipients: readonly string[],
    context: Omit<SmtpErrorContext, "phase"> & { readonly lmtp: boolean },
    events: TransactionEvents,
  ) {
    this.addresses = recipients;
    this.#isLmtp = context.lmtp;
    this.#context = context;
    this.#events = events;
  }

  get phase(): TransactionPhase {
    return this.#phase;
  }

  /** The server said nothing, or goodbye: on a connection used before, it had simply ended meanwhile. */
  get isUnanswered(): boolean {
    const isGoodbye = this.#mail === undefined || this.#mail.reply.code === "421";
    return isGoodbye && this.#phase !== "body" && this.#phase !== "data-end";
  }

  /** The server did not take the order of the commands: an answer to MAIL that says nothing of the sender. */
  get isOutOfOrder(): boolean {
    return this.#mail !== undefined && /^(?:50[0-3]|554)$/.test(this.#mail.reply.code ?? "");
  }

  /** The transaction has come to its regular end: the next one may follow without RSET. */
  get isClean(): boolean {
    return this.#phase === "done" && this.#nonsense === undefined && this.#early === undefined;
  }

  /** What makes it impossible to go on with the body. */
  get doubt(): MailError | undefined {
    return this.#nonsense === undefined
      ? undefined
      : fromReply(this.#nonsense.reply, { ...this.#context, phase: this.#nonsense.phase });
  }

  onCommand(command: string): void {
    if (/^MAIL FROM:/i.test(command)) this.#pending.push({ phase: "mail" });
    else if (/^RCPT TO:/i.test(command)) {
      const address = this.addresses[this.#pendingRecipients() + this.#rcpt.size];
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
    this.#nonsense ??= { reply, phase: this.#phase };
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
    const recipients = this.addresses.map((address) => this.#resultOf(address, failure));
    const accepted = this.#final.find(({ kind }) => kind === 2);
    const decisive = this.#decisive();
    const response = (accepted ?? decisive)?.reply;
    const isDone = recipients.every(({ status }) => status === "accepted");
    const serverMessageId = accepted === undefined ? undefined : findServerMessageId(accepted.reply.text);
    const error = isDone ? undefined : this.#errorOf(failure, decisive, recipients);
    return { phase: this.#phase, recipients, response, serverMessageId, error };
  }

  /** Whether the reply is one that the command may have. */
  #onAnswer(pending: Pending, reply: SmtpReply): boolean {
    if (pending.phase === "mail") this.#mail = reply;
    else if (pending.phase === "rcpt") this.#rcpt.set(pending.address, reply);
    else if (pending.phase === "data") this.#data = reply;
    // QUIRK: some servers answer DATA with 250 (emailjs issue 24); nodemailer takes that for 354.
    return reply.kind !== 0 && (reply.kind !== 3 || pending.phase === "data");
  }

  #onLateReply(reply: SmtpReply): boolean {
    if (this.#phase !== "data-end" || !this.#isDotSent) {
      this.#early ??= reply;
      // A server may refuse a body before its end, and spares itself the rest; but nothing can be taken back once
      // the dot is on its way.
      return this.#phase === "body" && isRefusal(reply);
    }
    this.#final.push(reply);
    if (this.#final.length >= this.#expectedFinals()) this.#enter("done");
    return reply.kind !== 0 && reply.kind !== 3;
  }

  #resultOf(address: string, failure: MailError | undefined): RecipientResult {
    const refusal = this.#refusalOf(address);
    if (refusal !== undefined) {
      return { address, status: refusal.kind === 4 ? "deferred" : "rejected", reply: refusal.reply };
    }
    if (this.#isDotOut) return this.#finalResultOf(address);
    return { address, status: "not-sent", reply: this.#nonsense?.reply.reply ?? failure?.server };
  }

  #finalResultOf(address: string): RecipientResult {
    if (!this.#accepted.includes(address)) return { address, status: "not-sent" };
    const final = this.#finalOf(address);
    return { address, status: final?.kind === 2 ? "accepted" : "unknown", reply: final?.reply };
  }

  /** The reply that refused a recipient: to the sender, to the recipient, or to what came after them. */
  #refusalOf(address: string): SmtpReply | undefined {
    const before = [this.#mail, this.#rcpt.get(address)].find(isRefusal);
    if (before !== undefined) return before;
    if (this.#isDotOut) return [this.#finalOf(address)].find(isRefusal);
    if (this.#nonsense !== undefined) return undefined;
    return [this.#data, this.#early].find(isRefusal) ?? this.#closing();
  }

  #finalOf(address: string): SmtpReply | undefined {
    const at = this.#accepted.indexOf(address);
    return at < 0 ? undefined : this.#final[this.#isLmtp ? at : 0];
  }

  /** A 421 ends the session for all who were not decided before. */
  #closing(): SmtpReply | undefined {
    const replies = [this.#mail, ...this.#rcpt.values(), this.#data, this.#early];
    return replies.find((candidate) => candidate?.reply.code === "421");
  }

  /**
   * The reply that decided the status: of those that refused somebody the last one, temporary ones first. What
   * follows from a refusal, such as the answer to a DATA for nobody, refuses nobody.
   */
  #decisive(): SmtpReply | undefined {
    const refusals = new Set(this.addresses.map((address) => this.#refusalOf(address)));
    const replies = [this.#mail, ...this.#rcpt.values(), this.#data, this.#early, ...this.#final];
    const decided = replies.filter((reply) => reply !== undefined && refusals.has(reply));
    return decided.findLast((reply) => reply?.kind === 4) ?? decided.at(-1);
  }

  get #accepted(): readonly string[] {
    return this.addresses.filter((address) => this.#rcpt.get(address)?.kind === 2);
  }

  get #isDotOut(): boolean {
    return this.#phase === "data-end" || this.#phase === "done";
  }

  #errorOf(
    failure: MailError | undefined,
    decisive: SmtpReply | undefined,
    recipients: readonly RecipientResult[],
  ): MailError | undefined {
    if (recipients.some(({ status }) => status === "unknown")) {
      return unknownOutcome(failure ?? this.doubt, { ...this.#context, phase: "data-end" });
    }
    if (recipients.some(({ status }) => status === "not-sent")) return this.doubt ?? failure;
    if (decisive !== undefined)
      return fromReply(decisive, { ...this.#context, phase: this.#phaseOf(decisive) });
    return failure;
  }

  #phaseOf(reply: SmtpReply): TransactionPhase {
    if (reply === this.#mail) return "mail";
    if (reply === this.#data) return "data";
    return [...this.#rcpt.values()].includes(reply) ? "rcpt" : "data-end";
  }

  #pendingRecipients(): number {
    return this.#pending.filter(({ phase }) => phase === "rcpt").length;
  }

  #expectedFinals(): number {
    return this.#isLmtp ? this.#accepted.length : 1;
  }

  #advance(): void {
    const next = this.#pending[0]?.phase;
    if (next !== undefined && next !== "other") this.#enter(next);
  }

  #enter(phase: TransactionPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#events.onPhase(phase);
  }
}

function isRefusal(reply: SmtpReply | undefined): boolean {
  return reply?.kind === 4 || reply?.kind === 5;
}
