import { withDeadline } from "@mailwright/core";
import type { Transaction } from "../transaction/transaction.js";
import { TransactionLine } from "../transaction/transaction-line.js";
import type { NodemailerCalls } from "./nodemailer-calls.js";

/** The connection under a session: whether it can still be used, who is on it, and how it ends. */
export class SessionLink {
  /** The transactions on it. */
  readonly line: TransactionLine = new TransactionLine();
  readonly #calls: NodemailerCalls;
  #isBroken = false;
  /** To be destroyed once the transactions before the one that was given up have ended. */
  #isDoomed = false;
  #isDestroyed = false;
  #onClosed: () => void = () => {};

  constructor(calls: NodemailerCalls) {
    this.#calls = calls;
    const { connection } = calls;
    connection.on("error", () => {
      this.#isBroken = true;
    });
    connection.once("end", () => {
      this.#isBroken = true;
      this.#onClosed();
    });
  }

  /** Called once, when the socket is gone. */
  onDestroyed: () => void = () => {};

  /** Tells when the server ends the connection. */
  set onClosed(listener: () => void) {
    this.#onClosed = listener;
  }

  /** Nothing in progress, except for an answer that need not be waited for, and nothing wrong. */
  get isClean(): boolean {
    return !this.isOver && !this.#calls.connection.destroyed && this.line.isFree;
  }

  /** It carries no further message. */
  get isOver(): boolean {
    return this.#isBroken || this.#isDoomed;
  }

  /** Whether the socket holds the process; an idle one must not. */
  holdProcess(isHeld: boolean): void {
    const { socket } = this.#calls;
    if (isHeld) socket?.ref();
    else socket?.unref();
  }

  /** Ends it, but without cutting off the answer that another message waits for. */
  giveUpOn(transaction: Transaction): void {
    if (this.line.isEmpty || this.line.isFirst(transaction)) this.destroy();
    else this.#isDoomed = true;
  }

  /** The transaction has ended. */
  leave(transaction: Transaction): void {
    this.line.leave(transaction);
    if (this.#isDoomed && this.line.isEmpty) this.destroy();
  }

  /** QUIT and, answered or not, the end of the socket within a second. */
  async close(): Promise<void> {
    await this.line.answered();
    if (this.isClean) {
      const quit = (): Promise<void> =>
        new Promise((resolve) => {
          this.#onClosed = resolve;
          this.#calls.connection.quit();
        });
      await withDeadline(quit, { timeoutMs: 1_000, protocol: "smtp", phase: "quit" }).catch(() => {});
    }
    this.destroy();
  }

  /** Ends the socket at once; without a final dot, what was under way counts for nothing. */
  destroy(): void {
    this.#isBroken = true;
    this.#calls.destroy();
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.onDestroyed();
  }
}
