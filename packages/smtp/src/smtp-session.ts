import { abortError, type MailError, onAbort, type ServerReply, withDeadline } from "@mailwright/core";
import { MessageBody } from "./message-body.js";
import { toNodemailerEnvelope } from "./nodemailer-envelope.js";
import type { RenderedMessage } from "./rendered-message.js";
import { bodyTooLarge, missingExtension } from "./server-capability.js";
import type { SmtpAccount } from "./smtp-account.js";
import { fromFailure, redactReply, type SmtpErrorContext } from "./smtp-error.js";
import { parseReply } from "./smtp-reply.js";
import { Transaction, type TransactionOutcome } from "./transaction.js";
import { TransactionTimer } from "./transaction-timer.js";
import type { Utf8Connection } from "./utf8-connection.js";
import type { WireTap } from "./wire-tap.js";

/** What a connection says about itself once it is open. */
export interface SessionInfo {
  readonly connectionId: string;
  /** Lines of the EHLO reply, such as `SIZE 10240000`. */
  readonly capabilities: readonly string[];
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined;
  readonly latencyMs: Readonly<Record<string, number>>;
}

/** One connection, logged in; carries one transaction at a time. */
export class SmtpSession {
  readonly info: SessionInfo;
  readonly #connection: Utf8Connection;
  readonly #account: SmtpAccount;
  readonly #tap: WireTap;
  #isBroken = false;
  #isBusy = false;
  #needsReset = false;
  #isDestroyed = false;
  #onClosed: () => void = () => {};
  #onFailed: (error: unknown) => void = () => {};

  constructor(connection: Utf8Connection, account: SmtpAccount, tap: WireTap, info: SessionInfo) {
    this.#connection = connection;
    this.#account = account;
    this.#tap = tap;
    this.info = info;
    if (typeof connection._socket === "object" && connection._socket !== null)
      tap.startMeter(connection._socket);
    connection.on("error", (error: unknown) => {
      this.#isBroken = true;
      this.#onFailed(error);
    });
    connection.once("end", () => {
      this.#isBroken = true;
      this.#onFailed(new Error("Connection closed unexpectedly"));
      this.#onClosed();
    });
  }

  /** Called once, when the socket is gone. */
  onDestroyed: () => void = () => {};

  /** Nothing in progress and nothing wrong. */
  get isClean(): boolean {
    return !this.#isBroken && !this.#isBusy && !this.#connection.destroyed;
  }

  /** Tells when the server ends the connection. */
  set onClosed(listener: () => void) {
    this.#onClosed = listener;
  }

  /** Whether the socket holds the process; an idle one must not. */
  holdProcess(isHeld: boolean): void {
    const socket = this.#connection._socket;
    if (typeof socket !== "object" || socket === null) return;
    if (isHeld) socket.ref();
    else socket.unref();
  }

  /**
   * Carries one message to the given recipients. Never rejects: what happened is in the outcome. When the
   * signal fires, the connection is destroyed, and the outcome says whether the dot was out by then.
   */
  async deliver(
    message: RenderedMessage,
    recipients: readonly string[],
    signal: AbortSignal,
  ): Promise<TransactionOutcome & { readonly isStale: boolean }> {
    const context = this.#context("mail");
    this.#isBusy = true;
    const timer = new TransactionTimer(this.#account.timeouts, message.bytes.length, context);
    const where = { ...context, lmtp: this.#account.lmtp };
    const transaction = new Transaction(recipients, where, {
      onPhase: (phase) => timer.enter(phase),
      onNonsense: () => this.destroy(),
    });
    let failure: MailError | undefined;
    try {
      failure = missingExtension(message, this.info, context) ?? bodyTooLarge(message, this.info, context);
      if (failure === undefined) {
        timer.enter("mail");
        if (this.#needsReset) await this.reset(signal, timer);
        failure = await this.#transact(message, transaction, timer, signal);
      }
    } catch (thrown) {
      failure = this.#failure(thrown, transaction.phase);
    } finally {
      timer.stop();
      this.#tap.listener = undefined;
      this.#isBusy = false;
    }
    this.#needsReset = !transaction.isClean;
    if (failure?.connectionBroken === true || transaction.doubt !== undefined) this.destroy();
    const isStale = this.#isBroken && transaction.isUnanswered && !signal.aborted && !timer.hasExpired;
    return { ...transaction.conclude(failure), isStale };
  }

  /** Brings the session back to where no transaction is open; also the check before it is lent again. */
  async reset(signal: AbortSignal, timer?: TransactionTimer): Promise<void> {
    try {
      await this.#command((done) => this.#connection.reset((error) => done(error)), signal, timer);
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
    await this.#command((done) => this.#connection.login({ method: "VRFY" }, (error) => done(error)), signal);
    return redactReply(parseReply(text), this.#account.redactor).reply;
  }

  /** QUIT and, answered or not, the end of the socket within a second. */
  async close(): Promise<void> {
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
    timer: TransactionTimer,
    signal: AbortSignal,
  ): Promise<MailError | undefined> {
    const socket = this.#connection._socket;
    if (typeof socket !== "object" || socket === null)
      return this.#failure(new Error("There is no socket"), "mail");
    const { meter } = this.#tap;
    const body = new MessageBody(message.bytes, socket, {
      onStart: () => transaction.onBodyStart(),
      mayGoOn: () => !meter.isAhead && transaction.doubt === undefined,
      onDot: () => transaction.onDot(),
      onDotSent: () => transaction.onDotSent(!meter.isAhead),
    });
    const envelope = toNodemailerEnvelope(message, transaction.addresses);
    this.#tap.listener = transaction;
    this.#connection.asksForUtf8 = message.needsUtf8;
    const send = (done: (error: unknown) => void): void =>
      this.#connection.send(envelope, body, (error) => done(error));
    try {
      await this.#command(send, signal, timer);
      return undefined;
    } catch (thrown) {
      const error = this.#failure(thrown, transaction.phase);
      // The body hangs in the middle when its refusal came early; the socket cannot be used again.
      if (transaction.phase === "body") this.destroy();
      return error;
    } finally {
      body.destroy();
    }
  }

  /** Runs something of nodemailer's that calls back, also when the connection fails or the caller gives up. */
  #command(
    start: (done: (error: unknown) => void) => void,
    signal: AbortSignal,
    timer?: TransactionTimer,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let stopListening = (): void => {};
      const settle = (error: unknown): void => {
        stopListening();
        if (timer !== undefined) timer.onExpired = () => {};
        this.#onFailed = () => {};
        if (error === undefined || error === null) resolve();
        else reject(error);
      };
      const giveUp = (error: MailError): void => {
        settle(error);
        this.destroy();
      };
      this.#onFailed = settle;
      if (timer !== undefined) timer.onExpired = giveUp;
      stopListening = onAbort(signal, () => giveUp(abortError(signal, "smtp")));
      if (!signal.aborted) start(settle);
    });
  }

  #failure(thrown: unknown, phase: string): MailError {
    return fromFailure(thrown, this.#context(phase), this.#account.redactor);
  }

  #context(phase: string): SmtpErrorContext {
    const { host, port } = this.#account.server;
    return { phase, host, port, connectionId: this.info.connectionId };
  }
}
