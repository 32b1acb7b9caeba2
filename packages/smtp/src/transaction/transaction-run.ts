import type { Writable } from "node:stream";
import type { MailError } from "@mailwright/core";
import type { RenderedMessage } from "../message/rendered-message.js";
import { chunkRefused, fromRefusal, type SmtpErrorContext } from "../smtp-error.js";
import { mailCommand, rcptCommand } from "../wire/smtp-command.js";
import type { SmtpReply } from "../wire/smtp-reply.js";
import { BodyWriter, chunkCommand, type Transfer } from "./body-writer.js";
import type { Transaction } from "./transaction.js";

/** What a transaction needs of its connection. */
export interface TransactionWire {
  readonly socket: Writable;
  /** More has come in than was heard, half a reply included. */
  readonly isAhead: boolean;
  /** Writes command lines in one piece. */
  send(commands: readonly string[]): void;
  /** Tells that this command was written by somebody else. */
  noteSent(command: string): void;
}

/** How a message goes over a connection. */
export interface RunOptions {
  readonly extensions: ReadonlySet<string>;
  readonly needsReset: boolean;
  /** `"chunk"` leaves DATA away at first; asked again once the envelope was accepted. */
  readonly transfer: () => Transfer;
  /** Told when the body goes in a chunk. */
  readonly onChunk: () => void;
  /** Told when the system has taken a piece of the body. */
  readonly onPiece: () => void;
  /** Begins the next message behind the end of a chunk; `false` when there is none. */
  readonly beginNext: () => boolean;
}

/** How long the body waits behind a 250 for the 354 that may follow. */
const HESITATION_MS = 250;

type Step = { readonly command: string; readonly expect: (transaction: Transaction) => void };

/** Carries one message through its commands, each as soon as the replies before it allow. */
export class TransactionRun {
  /** Settles when nothing more is to come: with what went wrong, or with nothing when the replies say it all. */
  readonly ended: Promise<MailError | undefined>;
  readonly #transaction: Transaction;
  readonly #message: RenderedMessage;
  readonly #wire: TransactionWire;
  readonly #options: RunOptions;
  readonly #context: SmtpErrorContext;
  readonly #steps: Step[];
  #settle: (failure: MailError | undefined) => void = () => {};
  #isOver = false;
  #hasFailed = false;
  #body: BodyWriter | undefined;
  #hesitation: NodeJS.Timeout | undefined;

  constructor(
    transaction: Transaction,
    message: RenderedMessage,
    wire: TransactionWire,
    options: RunOptions,
    context: SmtpErrorContext,
  ) {
    this.#transaction = transaction;
    this.#message = message;
    this.#wire = wire;
    this.#options = options;
    this.#context = context;
    this.#steps = this.#envelope();
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Every reply has come that will; what comes now is for somebody else. */
  get isAnswered(): boolean {
    return this.#isOver && !this.#hasFailed;
  }

  /** Writes the envelope, all of it where the server pipelines (RFC 2920). */
  start(): void {
    this.#write(this.#options.extensions.has("PIPELINING") ? this.#steps.length : 1);
  }

  /** Ends it before its time; nothing more goes out. */
  fail(failure: MailError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#hasFailed = failure !== undefined;
    clearTimeout(this.#hesitation);
    this.#body?.stop();
    this.#settle(failure);
  }

  onReply(reply: SmtpReply): void {
    if (this.#isOver) return;
    const transaction = this.#transaction;
    transaction.onReply(reply);
    if (this.#isOver) return;
    if (transaction.doubt !== undefined) return this.fail(transaction.doubt);
    if (transaction.hasRefusedChunk) return this.fail(chunkRefused(this.#context));
    if (transaction.phase === "done") return this.fail(undefined);
    // RFC 5321 §3.8: whoever says 421 answers nothing more.
    if (reply.reply.code === "421") return this.fail(this.#refused(reply));
    if (transaction.phase === "body") return this.fail(this.#refused(reply));
    const reset = transaction.replyTo("reset");
    if (reset !== undefined && reset.kind !== 2) return this.fail(this.#refused(reset));
    if (transaction.phase !== "data-end" && !transaction.isWaiting) this.#goOn();
  }

  /** All replies are in that were due. */
  #goOn(): void {
    const transaction = this.#transaction;
    // Something that was not asked for: whoever took it for the next answer would be out of step for good.
    if (this.#wire.isAhead && transaction.replyTo("data") === undefined) return;
    const mail = transaction.replyTo("mail");
    const isSenderRefused = mail !== undefined && mail.kind !== 2;
    const isNext = this.#steps.length > 0 && !isSenderRefused;
    if (isNext && (transaction.isEnvelopeAccepted || this.#steps[0]?.command !== "DATA"))
      return this.#write(1);
    const data = transaction.replyTo("data");
    if (!transaction.isEnvelopeAccepted) {
      // The server waits for a body that is for nobody: whatever it were told now might become a message.
      return this.fail(data?.kind === 3 || data?.kind === 2 ? this.#outOfStep(data) : undefined);
    }
    if (data === undefined) return this.#goOnWithoutData();
    if (data.kind === 3) this.#begin("data");
    else if (data.kind === 2) this.#hesitate();
    else this.fail(undefined);
  }

  /**
   * QUIRK: some servers answer DATA with 250 (emailjs issue 24), which can only mean 354; unless it is the answer to RCPT,
   * late because of a reply too many before: then the 354 is on its way, and there is no telling whose the next one is.
   */
  #hesitate(): void {
    this.#hesitation = setTimeout(() => this.#begin("data"), HESITATION_MS);
  }

  #goOnWithoutData(): void {
    if (this.#options.transfer() === "chunk") return this.#begin("chunk");
    this.#steps.push(DATA);
    this.#write(1);
  }

  #begin(transfer: Transfer): void {
    const transaction = this.#transaction;
    const wire = this.#wire;
    const isChunked = transfer === "chunk";
    transaction.onBodyStart(isChunked);
    if (isChunked) {
      wire.noteSent(chunkCommand(this.#message.bytes));
      this.#options.onChunk();
    }
    this.#body = new BodyWriter(this.#message.bytes, transfer, wire.socket, {
      mayGoOn: () => {
        this.#options.onPiece();
        return !this.#isOver && !wire.isAhead && transaction.doubt === undefined;
      },
      onEnd: () => {
        transaction.onEnd();
        if (!isChunked) wire.noteSent(".");
      },
      beginNext: () => isChunked && this.#options.beginNext(),
      onEndSent: () => transaction.onEndSent(!wire.isAhead),
    });
    this.#body.start();
  }

  #envelope(): Step[] {
    const { extensions, needsReset, transfer } = this.#options;
    const message = this.#message;
    const mail = mailCommand(message, extensions);
    return [
      ...(needsReset ? [RESET] : []),
      { command: mail, expect: (transaction) => transaction.expect("mail") },
      ...this.#transaction.addresses.map((address) => ({
        command: rcptCommand(address, message.dsn, extensions),
        expect: (transaction: Transaction) => transaction.expectRecipient(address),
      })),
      ...(transfer() === "chunk" ? [] : [DATA]),
    ];
  }

  #write(count: number): void {
    const steps = this.#steps.splice(0, count);
    this.#wire.send(steps.map(({ command }) => command));
    for (const { expect } of steps) expect(this.#transaction);
  }

  #refused(reply: SmtpReply): MailError {
    return fromRefusal(reply, { ...this.#context, phase: this.#transaction.phase });
  }

  #outOfStep({ reply }: SmtpReply): MailError {
    return fromRefusal({ kind: 0, reply }, { ...this.#context, phase: "data" });
  }
}

const RESET: Step = { command: "RSET", expect: (transaction) => transaction.expect("reset") };
const DATA: Step = { command: "DATA", expect: (transaction) => transaction.expect("data") };
