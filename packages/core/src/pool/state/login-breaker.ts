import type { MailError } from "../../errors/mail-error.js";

const FIRST_PAUSE_MS = 30_000;
const LAST_PAUSE_MS = 300_000;

/**
 * Keeps a wrong password from locking an account: after a refused login nobody tries again for 30 s,
 * then one does, and each further refusal doubles the pause, up to 5 minutes.
 */
export class LoginBreaker {
  #error: MailError | undefined;
  #until = 0;
  #refusals = 0;
  #isProven = false;

  /** A login succeeded since the last refusal; before, only one at a time is tried. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /** The refusal that is still in force. */
  errorAt(now: number): MailError | undefined {
    return now < this.#until ? this.#error : undefined;
  }

  /** When a login may be tried again; in the past while nothing is refused. */
  pausedUntil(now: number): number {
    return this.errorAt(now) === undefined ? Number.NEGATIVE_INFINITY : this.#until;
  }

  refused(error: MailError, now: number): void {
    const isNews = now >= this.#until;
    if (isNews) this.#until = now + Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#refusals++);
    this.#error = error;
    this.#isProven = false;
  }

  granted(): void {
    this.forget();
    this.#isProven = true;
  }

  forget(): void {
    this.#error = undefined;
    this.#until = 0;
    this.#refusals = 0;
  }
}
