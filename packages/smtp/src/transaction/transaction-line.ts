import type { WireListener } from "../wire/wire-tap.js";
import type { Transaction } from "./transaction.js";

interface Place {
  readonly transaction: Transaction;
  readonly onFirst: (isAnswered: boolean) => void;
  readonly onLeft: (() => void)[];
}

/**
 * The transactions on one connection, in the order in which their replies come: one that waits for the answer
 * to its dot, and the next, which was begun meanwhile (RFC 2920 §3.1).
 */
export class TransactionLine implements WireListener {
  readonly #places: Place[] = [];
  /** Its holder has given the connection on, and waits for the answer to its dot alone. */
  #handedOn: Transaction | undefined;
  #isHandingOn = false;

  /** Nothing is in progress, except for an answer that the next transaction need not wait for. */
  get isFree(): boolean {
    return this.isEmpty || this.#isHandingOn;
  }

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  isFirst(transaction: Transaction): boolean {
    return this.#places[0]?.transaction === transaction;
  }

  /**
   * `onFirst` is called when all replies before those of the transaction have come, or will not come any more
   * (`false`).
   */
  join(transaction: Transaction, onFirst: (isAnswered: boolean) => void): void {
    this.#places.push({ transaction, onFirst, onLeft: [] });
    if (this.#places.length === 1) onFirst(true);
  }

  leave(transaction: Transaction): void {
    const at = this.#places.findIndex((place) => place.transaction === transaction);
    const [left] = at < 0 ? [] : this.#places.splice(at, 1);
    if (at === 0) this.#places[0]?.onFirst(transaction.phase === "done");
    if (this.#handedOn === transaction) this.#handedOn = undefined;
    for (const resolve of left?.onLeft ?? []) resolve();
  }

  /** Lets `take` give the connection on while only the answer to the dot is missing; it says whether it did. */
  handOn(transaction: Transaction, take: () => boolean): boolean {
    this.#isHandingOn = true;
    this.#handedOn = transaction;
    const isTaken = take();
    if (!isTaken) this.#handedOn = undefined;
    this.#isHandingOn = false;
    return isTaken;
  }

  /** Resolves when no answer is missing to a transaction after which the connection was given on. */
  answered(): Promise<void> {
    const place = this.#places.find(({ transaction }) => transaction === this.#handedOn);
    return place === undefined ? Promise.resolve() : new Promise((resolve) => place.onLeft.push(resolve));
  }

  onCommand(command: string): void {
    this.#places.at(-1)?.transaction.onCommand(command);
  }

  onReply(text: string): void {
    const transaction = this.#places[0]?.transaction;
    transaction?.onReply(text);
    if (transaction?.phase === "done") this.leave(transaction);
  }
}
