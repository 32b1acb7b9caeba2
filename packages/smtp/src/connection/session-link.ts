import { onAbort } from "@mailwright/core/internal";
import type { Exchange, SmtpWire } from "./smtp-wire.js";

const QUIT_MS = 1_000;

/** The connection under a session: whether it can still be used, who is on it, and how it ends. */
export class SessionLink {
  readonly #wire: SmtpWire;
  #isBroken = false;
  /** To be destroyed once the exchanges before the one that was given up have ended. */
  #isDoomed = false;
  #isDestroyed = false;
  /** Whose holder gives the connection on, and waits for the answer to its chunk alone. */
  #handedOn: Exchange | undefined;
  #isHandingOn = false;
  #onAnswered: (() => void)[] = [];
  #onClosed: () => void = () => {};

  constructor(wire: SmtpWire) {
    this.#wire = wire;
    if (!wire.isOpen) this.#isBroken = true;
    wire.onUnasked = () => {
      this.#isBroken = true;
    };
    wire.onClosed = () => {
      this.#isBroken = true;
      this.#onClosed();
    };
  }

  /** Called once, when the socket is gone. */
  onDestroyed: () => void = () => {};

  /** Tells when the server ends the connection. */
  set onClosed(listener: () => void) {
    this.#onClosed = listener;
  }

  /** Nothing in progress, except for an answer that need not be waited for, and nothing wrong. */
  get isClean(): boolean {
    return !this.isOver && this.#wire.isOpen && (this.#wire.isIdle || this.#isHandingOn);
  }

  /** It carries no further message. */
  get isOver(): boolean {
    return this.#isBroken || this.#isDoomed;
  }

  /** Whether the socket holds the process; an idle one must not. */
  holdProcess(isHeld: boolean): void {
    const { socket } = this.#wire;
    if (isHeld) socket.ref();
    else socket.unref();
  }

  /** Lets `take` give the connection on while only the answer to a chunk is missing; it says whether it did. */
  handOn(exchange: Exchange, take: () => boolean): boolean {
    this.#isHandingOn = true;
    this.#handedOn = exchange;
    const isTaken = take();
    if (!isTaken) this.#handedOn = undefined;
    this.#isHandingOn = false;
    return isTaken;
  }

  /** Ends it, but without cutting off the answer that another message waits for. */
  giveUpOn(exchange: Exchange): void {
    if (this.#wire.isIdle || this.#wire.isFirst(exchange)) this.destroy();
    else this.#isDoomed = true;
  }

  /** The exchange has ended. */
  leave(exchange: Exchange): void {
    this.#wire.end(exchange, false);
    if (this.#handedOn === exchange) {
      this.#handedOn = undefined;
      for (const resolve of this.#onAnswered.splice(0)) resolve();
    }
    if (this.#isDoomed && this.#wire.isIdle) this.destroy();
  }

  /** QUIT and, answered or not, the end of the socket within a second; when the signal fires, its end at once. */
  async close(signal?: AbortSignal): Promise<void> {
    let stopListening = (): void => {};
    const cut = new Promise<void>((resolve) => {
      stopListening = onAbort(signal, resolve);
    });
    await Promise.race([this.#goodbye(), cut]);
    stopListening();
    this.destroy();
  }

  async #goodbye(): Promise<void> {
    if (this.#handedOn !== undefined) await new Promise<void>((resolve) => this.#onAnswered.push(resolve));
    if (this.isClean) {
      const signal = AbortSignal.timeout(QUIT_MS);
      await this.#wire.ask("QUIT", { signal, phase: "quit" }).catch(() => {});
    }
  }

  /** Ends the socket at once; without its end, what was under way counts for nothing. */
  destroy(): void {
    this.#isBroken = true;
    this.#wire.socket.destroy();
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.onDestroyed();
  }
}
