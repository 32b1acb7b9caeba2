import { RateLimiter } from "@mailwright/core";
import type { SmtpRateLimits } from "../smtp-limits.js";
import type { TransactionOutcome } from "../transaction/conclude.js";

const NO_LIMIT = { limit: Number.POSITIVE_INFINITY, intervalMs: 60_000 };
const FIRST_PAUSE_MS = 1_000;
const LAST_PAUSE_MS = 60_000;

/**
 * Keeps a client under the rates it was given, and slows it down when the server asks for that: 421, and 4.3.2 or 4.7.x
 * to the sender or the message, pause every send for 1 s, 2 s, … 60 s and halve the rates for a while.
 */
export class SendPace {
  readonly #messages: RateLimiter;
  readonly #recipients: RateLimiter;
  readonly #maxRecipients: number;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(rates: SmtpRateLimits = {}) {
    this.#messages = new RateLimiter(rates.messages ?? NO_LIMIT);
    this.#recipients = new RateLimiter(rates.recipients ?? NO_LIMIT);
    this.#maxRecipients = rates.recipients?.limit ?? Number.POSITIVE_INFINITY;
  }

  /** Waits until a message to so many recipients may go; rejects with `"aborted"`. */
  async admit(recipients: number, signal: AbortSignal): Promise<void> {
    await this.#messages.take(1, { signal });
    // More recipients than an interval holds take all of it; the server may still refuse some of them.
    await this.#recipients.take(Math.min(recipients, this.#maxRecipients), { signal });
  }

  /** Learns from what an attempt came to. */
  observe(outcome: TransactionOutcome): void {
    if (outcome.isThrottled === true) {
      this.#messages.slowDown({ pauseMs: this.#pauseMs });
      this.#pauseMs = Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
    } else if (outcome.phase === "done") {
      this.#pauseMs = FIRST_PAUSE_MS;
    }
  }
}
