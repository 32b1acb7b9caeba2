import type { Transaction } from "../transaction/transaction.js";
import type { TransactionPhase } from "../transaction/transaction-replies.js";
import type { Chunking } from "./chunking.js";

/** How long an envelope waits behind a chunk for the answer to that. */
const BEHIND_MS = 1_000;
/** QUIRK: a server may throw away what comes behind a chunk, and answer none of it. */
const FIRST_ANSWER_MS = 3_000;
/** A chunk that has no answer by then keeps others from going in chunks; it is waited for. */
const OVERDUE_MS = 30_000;
/** A server that takes longer for the end of a message keeps nobody but that message waiting. */
const QUICK_ANSWER_MS = 500;

/** How long one message puts up with the way in which its server takes chunks, and what is learned from that. */
export class DeliveryPatience {
  readonly #transaction: Transaction;
  readonly #chunking: Chunking;
  readonly #giveUp: () => void;
  readonly #isBehind: boolean;
  #hasTurn = false;
  #isChunked = false;
  #endedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #resume: (() => void) | undefined;

  /** `isBehind`: the message began behind the chunk of another. `giveUp` is called when it should go elsewhere. */
  constructor(transaction: Transaction, chunking: Chunking, isBehind: boolean, giveUp: () => void) {
    this.#transaction = transaction;
    this.#chunking = chunking;
    this.#giveUp = giveUp;
    this.#isBehind = isBehind;
    if (isBehind) this.#timer = setTimeout(giveUp, BEHIND_MS);
  }

  /** No reply is due any more to the message before; `isAnswered` when its last one has come. */
  onTurn(isAnswered: boolean): void {
    clearTimeout(this.#timer);
    this.#hasTurn = isAnswered;
    if (this.#isBehind && isAnswered)
      this.#timer = setTimeout(() => this.#transaction.isUnanswered && this.#giveUp(), FIRST_ANSWER_MS);
  }

  /** The body goes in a chunk. */
  onChunk(): void {
    this.#isChunked = true;
  }

  onPhase(phase: TransactionPhase): void {
    if (phase === "data-end") {
      clearTimeout(this.#timer);
      this.#endedAt = performance.now();
      if (this.#isChunked) this.#timer = setTimeout(() => this.#overdue(), OVERDUE_MS);
    }
    if (phase !== "done") return;
    this.#resume?.();
    this.#chunking.answersQuickly = performance.now() - this.#endedAt < QUICK_ANSWER_MS;
  }

  /**
   * Whether the message has come to nothing by no fault of its own: the connection ended before it was heard, or the
   * server did not take what came behind a chunk. A server that did not, or took no chunk, is sent none again.
   */
  stop(isOver: boolean, isGivenUp: boolean): boolean {
    const transaction = this.#transaction;
    clearTimeout(this.#timer);
    if (transaction.hasRefusedChunk) this.#chunking.giveUp("the server announced CHUNKING and refused BDAT");
    else if (this.#resume !== undefined && transaction.phase !== "done")
      this.#chunking.giveUp("the server left a chunk without an answer");
    this.#resume?.();
    const isUnheard = isOver && transaction.isUnanswered;
    const isMisplaced = this.#isBehind && transaction.isOutOfOrder;
    if (isGivenUp) return false;
    if (this.#hasTurn && this.#isBehind && (isUnheard || isMisplaced))
      this.#chunking.giveUp("the server did not take the envelope behind a chunk");
    return isUnheard || isMisplaced;
  }

  #overdue(): void {
    this.#resume = this.#chunking.suspend();
  }
}
