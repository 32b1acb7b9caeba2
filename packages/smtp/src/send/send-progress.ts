import type { MailError } from "@mailwright/core";

/** How far a send has come; asked when it is ended from outside, by the clock or by the caller. */
export class SendProgress {
  #phase: () => string = () => "queue";
  #cause: () => MailError | undefined = () => undefined;

  /** `"queue"`, `"join"`, `"compose"`, `"rate"`, `"ledger"`, `"acquire"`, `"connect"`, a phase of the transaction, or `"retry"`. */
  get phase(): string {
    return this.#phase();
  }

  /** Why it has not come further, as far as known. */
  get cause(): MailError | undefined {
    return this.#cause();
  }

  enter(phase: string | (() => string), cause: () => MailError | undefined = () => undefined): void {
    this.#phase = typeof phase === "string" ? () => phase : phase;
    this.#cause = cause;
  }
}
