import { abortError, onAbort } from "@mailwright/core/internal";
import type { RenderedMessage } from "../message/rendered-message.js";
import { redactReply, type SmtpErrorContext } from "../smtp-error.js";
import type { TransactionOutcome } from "../transaction/conclude.js";
import { Transaction } from "../transaction/transaction.js";
import type { TransactionPhase } from "../transaction/transaction-replies.js";
import { TransactionRun } from "../transaction/transaction-run.js";
import { TransactionTimer } from "../transaction/transaction-timer.js";
import { DeliveryPatience } from "./delivery-patience.js";
import type { SessionLink } from "./session-link.js";
import type { SmtpAccount } from "./smtp-account.js";
import type { Exchange, SmtpWire } from "./smtp-wire.js";

/** What a delivery came to. */
export type SessionOutcome = TransactionOutcome & {
  readonly connectionId: string | undefined;
  /** The connection was at fault and not the message, which may go over another one at once. */
  readonly isStale: boolean;
  /** The server did not know what to do with a chunk, and will not get another. */
  readonly isChunkRefused: boolean;
};

/** Made field by field: a copy by `...` takes as long as all that led to it. */
export function sessionOutcome(
  { phase, recipients, response, serverMessageId, error, isThrottled = false }: TransactionOutcome,
  {
    isStale,
    isChunkRefused,
    connectionId,
  }: Pick<SessionOutcome, "isStale" | "isChunkRefused" | "connectionId">,
): SessionOutcome {
  return {
    phase,
    recipients,
    response,
    serverMessageId,
    error,
    isThrottled,
    isStale,
    isChunkRefused,
    connectionId,
  };
}

/** The session that carries a message, as far as the message sees it. */
export interface Carrier {
  readonly account: SmtpAccount;
  readonly wire: SmtpWire;
  readonly link: SessionLink;
  readonly extensions: ReadonlySet<string>;
  readonly context: SmtpErrorContext;
  /** Something of another message may still be open. */
  readonly needsReset: boolean;
  /** Whether the message may go in a chunk. */
  readonly mayChunk: () => boolean;
  /** Whether an envelope may go out behind its chunk. */
  readonly mayBeginNext: () => boolean;
}

/** Who follows a delivery. */
export interface DeliveryEvents {
  /** Whether another message waits for a connection. */
  readonly isNextWaiting: () => boolean;
  /**
   * Called when only the answer to a chunk is missing and the next message may begin on this session; says
   * whether one will.
   */
  readonly handOn: () => boolean;
  readonly onPhase: (phase: TransactionPhase) => void;
}

/** One message on its way over a session. */
export class SessionDelivery implements Exchange {
  readonly #carrier: Carrier;
  readonly #transaction: Transaction;
  readonly #run: TransactionRun;
  readonly #timer: TransactionTimer;
  readonly #patience: DeliveryPatience;

  constructor(
    message: RenderedMessage,
    recipients: readonly string[],
    carrier: Carrier,
    events: DeliveryEvents,
  ) {
    const { account, wire, link, context, extensions } = carrier;
    const isBehind = !wire.isIdle;
    const isInLine = isBehind || events.isNextWaiting();
    this.#carrier = carrier;
    this.#timer = new TransactionTimer(account.timeouts, context);
    const onPhase = (phase: TransactionPhase): void => {
      this.#timer.enter(phase);
      this.#patience.onPhase(phase);
      events.onPhase(phase);
    };
    this.#transaction = new Transaction(
      recipients,
      { context, isLmtp: account.lmtp },
      { onPhase, onNonsense: () => link.destroy() },
    );
    this.#run = new TransactionRun(
      this.#transaction,
      message,
      wire,
      {
        extensions,
        needsReset: isBehind || carrier.needsReset,
        transfer: () => (isInLine && carrier.mayChunk() ? "chunk" : "data"),
        onChunk: () => this.#patience.onChunk(),
        onPiece: () => this.#timer.progress(),
        beginNext: () => carrier.mayBeginNext() && link.handOn(this, events.handOn),
      },
      context,
    );
    this.#patience = new DeliveryPatience(this.#transaction, account.chunking, isBehind, () =>
      this.onClosed(undefined),
    );
    this.#timer.onExpired = (error) => this.#run.fail(error);
  }

  /** Resolves when it is over; the connection is destroyed then, unless it can carry more. */
  async carry(signal: AbortSignal): Promise<SessionOutcome> {
    const { link, wire } = this.#carrier;
    const stopListening = onAbort(signal, () => this.#run.fail(abortError(signal, "smtp")));
    wire.begin(this);
    if (!signal.aborted && wire.isOpen) this.#run.start();
    const failure = await this.#run.ended;
    stopListening();
    this.#timer.stop();
    const transaction = this.#transaction;
    // A body that was not finished leaves nothing behind it that could be told from it.
    if (failure !== undefined || transaction.phase === "body" || transaction.hasSaidGoodbye)
      link.giveUpOn(this);
    link.leave(this);
    const isGivenUp = signal.aborted || this.#timer.hasExpired;
    const isStale = this.#patience.stop(link.isOver, isGivenUp);
    return sessionOutcome(transaction.conclude(failure), {
      isStale,
      isChunkRefused: transaction.hasRefusedChunk,
      connectionId: this.#carrier.context.connectionId,
    });
  }

  /** The transaction has come to its regular end: the next one may follow without RSET. */
  get isClean(): boolean {
    return this.#transaction.isClean;
  }

  onTurn(isAnswered: boolean): void {
    this.#patience.onTurn(isAnswered);
    this.#timer.enter("mail");
  }

  onReply(reply: Parameters<Exchange["onReply"]>[0]): void {
    const { account, wire } = this.#carrier;
    this.#run.onReply(redactReply(reply, account.redactor));
    // At once: a reply right behind it, however they came in, is not for this message.
    if (this.#run.isAnswered) wire.end(this, true);
  }

  onClosed(thrown: unknown): void {
    this.#run.fail(this.#carrier.wire.closedError(thrown, this.#transaction.phase));
  }
}
