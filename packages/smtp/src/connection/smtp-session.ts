import { type MailError, type ServerReply, withDeadline } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import { fromFailure, redactReply, type SmtpErrorContext } from "../smtp-error.js";
import { MessageBody } from "../transaction/message-body.js";
import { toNodemailerEnvelope } from "../transaction/nodemailer-envelope.js";
import { OverlapTurn } from "../transaction/overlap-turn.js";
import { Transaction, type TransactionOutcome } from "../transaction/transaction.js";
import { TransactionLine } from "../transaction/transaction-line.js";
import { TransactionTimer } from "../transaction/transaction-timer.js";
import { parseReply } from "../wire/smtp-reply.js";
import type { WireTap } from "../wire/wire-tap.js";
import { CommandRunner, type Done } from "./command-runner.js";
import { bodyTooLarge, hasCapability, missingExtension } from "./server-capability.js";
import type { DeliveryEvents } from "./session-events.js";
import type { SessionInfo } from "./session-info.js";
import type { SmtpAccount } from "./smtp-account.js";
import type { Utf8Connection } from "./utf8-connection.js";

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
  readonly #connection: Utf8Connection;
  readonly #account: SmtpAccount;
  readonly #tap: WireTap;
  readonly #line = new TransactionLine();
  readonly #commands = new CommandRunner();
  #isBroken = false;
  /** To be destroyed once the transactions before the one that was given up have ended. */
  #isDoomed = false;
  #answersQuickly = false;
  #needsReset = false;
  #isDestroyed = false;
  #onClosed: () => void = () => {};

  constructor(connection: Utf8Connection, account: SmtpAccount, tap: WireTap, info: SessionInfo) {
    this.#connection = connection;
    this.#account = account;
    this.#tap = tap;
    this.info = info;
    const { _socket: socket } = connection;
    if (typeof socket === "object" && socket !== null) tap.startMeter(socket);
    tap.listener = this.#line;
    connection.on("error", (error: unknown) => this.#fail(error));
    connection.once("end", () => {
      this.#fail(new Error("Connection closed unexpectedly"));
      this.#onClosed();
    });
  }

  /** Called once, when the socket is gone. */
  onDestroyed: () => void = () => {};

  /** Nothing in progress, except for an answer that need not be waited for, and nothing wrong. */
  get isClean(): boolean {
    return !this.#isBroken && !this.#isDoomed && !this.#connection.destroyed && this.#line.isFree;
  }

  /** Tells when the server ends the connection. */
  set onClosed(listener: () => void) {
    this.#onClosed = listener;
  }

  /** Whether the socket holds the process; an idle one must not. */
  holdProcess(isHeld: boolean): void {
    const { _socket: socket } = this.#connection;
    if (typeof socket !== "object") return;
    if (isHeld) socket?.ref();
    else socket?.unref();
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
      onNonsense: () => this.destroy(),
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
    if (failure?.connectionBroken === true || transaction.doubt !== undefined) this.#giveUpOn(transaction);
    this.#line.leave(transaction);
    const isOver = this.#isBroken || this.#isDoomed;
    if (this.#isDoomed && this.#line.isEmpty) this.destroy();
    const isUnheard = (isOver && transaction.isUnanswered) || (turn.isBehind && transaction.isOutOfOrder);
    const isStale = isUnheard && !signal.aborted && !timer.hasExpired;
    if (isStale && turn.isAtFault) this.#account.mayOverlap = false;
    return { ...transaction.conclude(failure), isStale };
  }

  /** Brings the session back to where no transaction is open; also the check before it is lent again. */
  async reset(signal: AbortSignal, timer?: TransactionTimer): Promise<void> {
    timer?.enter("mail");
    try {
      const send = (done: Done): void => this.#connection.reset((error) => done(error));
      await this.#commands.run(send, { signal, timer, onGivenUp: () => this.destroy() });
      this.#needsReset = false;
    } catch (error) {
      // A session that cannot even start afresh is of no use to anybody.
      this.destroy();
      throw error;
    }
  }

  /** What the server says about an address (VRFY); for a session that sends no mail. */
  async verify(address: string, signal: AbortSignal): Promise<ServerReply> {
    let text = "";
    // nodemailer has no VRFY; its hook for login mechanisms can send any command.
    this.#connection.customAuth.set("VRFY", async ({ sendCommand }) => {
      text = (await sendCommand(`VRFY ${address}`)).response;
    });
    const send = (done: Done): void => this.#connection.login({ method: "VRFY" }, (error) => done(error));
    await this.#commands.run(send, { signal, onGivenUp: () => this.destroy() });
    return redactReply(parseReply(text), this.#account.redactor).reply;
  }

  /** QUIT and, answered or not, the end of the socket within a second. */
  async close(): Promise<void> {
    await this.#line.answered();
    if (this.isClean) {
      const quit = (): Promise<void> =>
        new Promise((resolve) => {
          this.#onClosed = resolve;
          this.#connection.quit();
        });
      await withDeadline(quit, { timeoutMs: 1_000, protocol: "smtp", phase: "quit" }).catch(() => {});
    }
    this.destroy();
  }

  /** Ends the socket at once; without a final dot, what was under way counts for nothing. */
  destroy(): void {
    this.#isBroken = true;
    const socket = this.#connection._socket;
    this.#connection.close();
    if (typeof socket === "object") socket?.destroy();
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.onDestroyed();
  }

  async #transact(
    message: RenderedMessage,
    transaction: Transaction,
    { timer, turn, signal, handOn }: TransactionCircumstances,
  ): Promise<MailError | undefined> {
    const socket = this.#connection._socket;
    if (typeof socket !== "object" || socket === null)
      return this.#failure(new Error("There is no socket"), "mail");
    const { meter } = this.#tap;
    let dotSentAt = 0;
    const body = new MessageBody(message.bytes, socket, {
      onStart: () => transaction.onBodyStart(),
      mayGoOn: () => !meter.isAhead && transaction.doubt === undefined,
      onDot: () => transaction.onDot(),
      beginNext: () => this.#mayOverlap && this.#line.handOn(transaction, handOn),
      onDotSent: () => {
        dotSentAt = performance.now();
        transaction.onDotSent(!meter.isAhead);
      },
    });
    const envelope = toNodemailerEnvelope(message, transaction.addresses);
    turn.begin(!this.#line.isEmpty, () => {
      if (transaction.isUnanswered)
        timer.onExpired(this.#failure(new Error("No answer behind another message"), "mail"));
    });
    this.#line.join(transaction, (isAnswered) => {
      turn.come(isAnswered);
      timer.enter("mail");
    });
    this.#connection.asksForUtf8 = message.needsUtf8;
    const send = (done: Done): void => this.#connection.send(envelope, body, (error) => done(error));
    try {
      await this.#commands.run(send, { signal, timer, onGivenUp: () => this.#giveUpOn(transaction) });
      return undefined;
    } catch (thrown) {
      const error = this.#failure(thrown, transaction.phase);
      // The body hangs in the middle when its refusal came early; the socket cannot be used again.
      if (transaction.phase === "body") this.destroy();
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
    return mayOverlap && this.#answersQuickly && !lmtp && hasCapability(this.info, "PIPELINING");
  }

  /** Without cutting off the answer that another message waits for. */
  #giveUpOn(transaction: Transaction): void {
    if (this.#line.isEmpty || this.#line.isFirst(transaction)) this.destroy();
    else this.#isDoomed = true;
  }

  #fail(error: unknown): void {
    this.#isBroken = true;
    this.#commands.fail(error);
  }

  #failure(thrown: unknown, phase: string): MailError {
    return fromFailure(thrown, this.#context(phase), this.#account.redactor);
  }

  #context(phase: string): SmtpErrorContext {
    const { server } = this.#account;
    return { phase, host: server.host, port: server.port, connectionId: this.info.connectionId };
  }
}
