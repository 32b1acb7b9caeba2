import type { MailError } from "@mailwright/core";
import type { Pop3Command } from "../wire/pop3-command.js";
import type { StatusLine } from "../wire/status-line.js";

/** A command under way and who waits for its answer. */
export interface WireRequest {
  readonly command: Pop3Command;
  readonly limitMs: number;
  /** Content of a multi-line answer; a view, not touched again. What it throws breaks the connection. */
  body(content: Buffer): void;
  /** The answer is complete; `-ERR` comes here too. */
  done(status: StatusLine): void;
  /** There will be no complete answer: the connection is broken. */
  failed(error: MailError): void;
}

/** A request whose command is written; answers come in the order of these. */
export interface WrittenRequest {
  readonly request: WireRequest;
  readonly startedAt: number;
}

/** The requests of one connection: those written, whose answers are due in order, and those in line behind them. */
export class RequestQueue {
  /** Whether commands may be written before the answers to earlier ones have come. */
  canPipeline = false;
  /** Waits for the next request, to be written in front of it. */
  ahead: WireRequest | undefined;
  readonly #inFlight: WrittenRequest[] = [];
  readonly #waiting: WireRequest[] = [];

  /** Answers that are due or will be. */
  get pending(): number {
    return this.#inFlight.length + this.#waiting.length;
  }

  /** The request whose answer is next. */
  get head(): WireRequest | undefined {
    return this.#inFlight[0]?.request;
  }

  /** Whether a request may be written now; if not, it waits in line until {@link answered} gives it back. */
  admit(request: WireRequest): boolean {
    if (this.pending === 0 || this.canPipeline) return true;
    this.#waiting.push(request);
    return false;
  }

  /** A request is being written. */
  begin(request: WireRequest): WrittenRequest {
    const written = { request, startedAt: performance.now() };
    this.#inFlight.push(written);
    return written;
  }

  /** The answer to {@link head} is complete: the head is the next one now. */
  answered(): void {
    this.#inFlight.shift();
  }

  /** The first in line, out of it, once nothing is under way. */
  takeWaiting(): WireRequest | undefined {
    return this.#inFlight.length === 0 ? this.#waiting.shift() : undefined;
  }

  /** Takes a request out of the line; `false` when it is written already. */
  withdraw(request: WireRequest): boolean {
    const index = this.#waiting.indexOf(request);
    if (index >= 0) this.#waiting.splice(index, 1);
    return index >= 0;
  }

  /** Fails all of them; `lost` is told of each that was written. */
  fail(error: MailError, lost: (written: WrittenRequest) => void): void {
    for (const written of this.#inFlight.splice(0)) {
      lost(written);
      written.request.failed(error);
    }
    for (const request of this.#waiting.splice(0)) request.failed(error);
    this.ahead?.failed(error);
    this.ahead = undefined;
  }
}
