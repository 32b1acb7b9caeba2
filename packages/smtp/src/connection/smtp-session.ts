import type { MailError, ServerReply } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import { fromWire, redactReply, type SmtpErrorContext } from "../smtp-error.js";
import type { TransactionOutcome } from "../transaction/conclude.js";
import { MessageBody } from "../transaction/message-body.js";
import { toNodemailerEnvelope } from "../transaction/nodemailer-envelope.js";
import { OverlapTurn } from "../transaction/overlap-turn.js";
import { Transaction } from "../transaction/transaction.js";
import type { TransactionPhase } from "../transaction/transaction-replies.js";
import { TransactionTimer } from "../transaction/transaction-timer.js";
import { parseReply } from "../wire/smtp-reply.js";
import type { WireTap } from "../wire/wire-tap.js";
import type { Done, NodemailerCalls } from "./nodemailer-calls.js";
import { bodyTooLarge, hasCapability, missingExtension } from "./server-capability.js";
import { SessionLink } from "./session-link.js";
import type { SmtpAccount } from "./smtp-account.js";
import type { Utf8Connection } from "./utf8-connection.js";

/** What a connection says about itself once it is open. */
export interface SessionInfo {
  readonly connectionId: string;
  /** Lines of the EHLO reply, such as `SIZE 10240000`. */
  readonly capabilities: readonly string[];
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined;
  readonly latencyMs: Readonly<Record<string, number>>;
}

/** Who follows a delivery. */
export interface DeliveryEvents {
  /**
   * Called when only the answer to the dot is missing and the next message may begin on this session; says
   * whether one will.
   */
  readonly handOn: () => boolean;
  readonly onPhase: (phase: TransactionPhase) => void;
}

interface TransactionCircumstances extends Pick<DeliveryEvents, "handOn"> {
  readonly timer: TransactionTimer;
  readonly turn: OverlapTurn;
  readonly signal: AbortSignal;
}

/** A server that takes longer for its answer to the dot keeps nobody but its own message waiting. */
const QUICK_ANSWER_MS = 500;

/**
 * One connection, logged in. Carries one transaction at a time; with PIPELINING the next may begin while the
 * answer to the dot is on its way.
 */
export class SmtpSession {
  readonly info: SessionInfo;
  readonly link: SessionLink;
  readonly #calls: NodemailerCalls<Utf8Connection>;
  readonly #account: SmtpAccount;
  readonly #tap: WireTap;
  #answersQuickly = false;
  #needsReset = false;

  constructor(calls: NodemailerCalls<Utf8Connection>, account: SmtpAccount, tap: WireTap, info: SessionInfo) {
    this.link = new SessionLink(calls);
    this.#calls = calls;
    this.#account = account;
    this.#tap = tap;
    this.info = info;
    if (calls.socket !== undefined) tap.startMeter(calls.socket);
    tap.listener = this.link.line;
  }

  /**
   * Carries one message to the given recipients. Never rejects: what happened is in the outcome. When the
   * signal fires, the connection is destroyed, and the outcome says whether the dot was out by then.
   */
  async deliver(
    message: RenderedMessage,
    recipients: readonly string[],
    signal: AbortSignal,
    { handOn, onPhase }: DeliveryEvents,
  ): Promise<TransactionOutcome & { readonly isStale: boolean }> {
    const context = this.#context("mail");
    const timer = new TransactionTimer(this.#account.timeouts, message.bytes.length, context);
    const turn = new OverlapTurn();
    const where = { ...context, lmtp: this.#account.lmtp };
    const transaction = new Transaction(recipients, where, {
      onPhase: (phase) => {
        timer.enter(phase);
        onPhase(phase);
      },
      onNonsense: () => this.link.destroy(),
    });
    let failure: MailError | undefined;
    try {
      failure = missingExtension(message, this.info, context) ?? bodyTooLarge(message, this.info, context);
      if (failure === undefined) {
        if (this.#needsReset) await this.reset(signal, timer);
        failure = await this.#transact(message, transaction, { timer, turn, signal, handOn });
      }
    } catch (thrown) {
      failure = this.#failure(thrown, transaction.phase);
    } finally {
      timer.stop();
    }
    this.#needsReset = !transaction.isClean;
    if (failure?.connectionBroken === true || transaction.doubt !== undefined)
      this.link.giveUpOn(transaction);
    this.link.leave(transaction);
    const isUnheard =
      (this.link.isOver && transaction.isUnanswered) || (turn.isBehind && transaction.isOutOfOrder);
    const isStale = isUnheard && !signal.aborted && !timer.hasExpired;
    if (isStale && turn.isAtFault) this.#account.mayOverlap = false;
    return { ...transaction.conclude(failure), isStale };
  }

  /** Brings the session back to where no transaction is open; also the check before it is lent again. */
  async reset(signal: AbortSignal, timer?: TransactionTimer): Promise<void> {
    timer?.enter("mail");
    try {
      const send = (done: Done): void => this.#calls.connection.reset((error) => done(error));
      await this.#calls.run(send, { signal, timer, onGivenUp: () => this.link.destroy() });
      this.#needsReset = false;
    } catch (error) {
      // A session that cannot even start afresh is of no use to anybody.
      this.link.destroy();
      throw error;
    }
  }

  /** What the server says about an address (VRFY); for a session that sends no mail. */
  async verify(address: string, signal: AbortSignal): Promise<ServerReply> {
    let text = "";
    const ask = async (send: (line: string) => Promise<string>): Promise<void> => {
      text = await send(`VRFY ${address}`);
    };
    await this.#calls.converse(ask, { signal, onGivenUp: () => this.link.destroy() });
    return redactReply(parseReply(text), this.#account.redactor).reply;
  }

  async #transact(
    message: RenderedMessage,
    transaction: Transaction,
    { timer, turn, signal, handOn }: TransactionCircumstances,
  ): Promise<MailError | undefined> {
    const { socket } = this.#calls;
    if (socket === undefined) return this.#failure(new Error("There is no socket"), "mail");
    const { meter } = this.#tap;
    let dotSentAt = 0;
    const body = new MessageBody(message.bytes, socket, {
      onStart: () => transaction.onBodyStart(),
      mayGoOn: () => !meter.isAhead && transaction.doubt === undefined,
      onDot: () => transaction.onDot(),
      beginNext: () => this.#mayOverlap && this.link.line.handOn(transaction, handOn),
      onDotSent: () => {
        dotSentAt = performance.now();
        transaction.onDotSent(!meter.isAhead);
      },
    });
    const envelope = toNodemailerEnvelope(message, transaction.addresses);
    turn.begin(!this.link.line.isEmpty, () => {
      if (transaction.isUnanswered)
        timer.onExpired(this.#failure(new Error("No answer behind another message"), "mail"));
    });
    this.link.line.join(transaction, (isAnswered) => {
      turn.come(isAnswered);
      timer.enter("mail");
    });
    this.#calls.connection.asksForUtf8 = message.needsUtf8;
    const send = (done: Done): void => this.#calls.connection.send(envelope, body, (error) => done(error));
    try {
      await this.#calls.run(send, { signal, timer, onGivenUp: () => this.link.giveUpOn(transaction) });
      return undefined;
    } catch (thrown) {
      const error = this.#failure(thrown, transaction.phase);
      // The body hangs in the middle when its refusal came early; the socket cannot be used again.
      if (transaction.phase === "body") this.link.destroy();
      return error;
    } finally {
      turn.stop();
      body.destroy();
      if (transaction.phase === "done")
        this.#answersQuickly = performance.now() - dotSentAt < QUICK_ANSWER_MS;
    }
  }

  /** LMTP's answers come one per recipient, which nodemailer counts by the envelope that it has at that time. */
  get #mayOverlap(): boolean {
    const { lmtp, mayOverlap } = this.#account;
    return mayOverlap && this.#answersQuickly && !lmtp && hasCapability(this.info.capabilities, "PIPELINING");
  }

  #failure(thrown: unknown, phase: string): MailError {
    return fromWire(thrown, this.#context(phase), this.#account.redactor);
  }

  #context(phase: string): SmtpErrorContext {
    const { server } = this.#account;
    return { phase, host: server.host, port: server.port, connectionId: this.info.connectionId };
  }
}
