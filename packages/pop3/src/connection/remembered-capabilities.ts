import type { Pop3Capabilities } from "../wire/pop3-capabilities.js";

/** Then the server is asked again, so that what it offers by now is used. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;

/** What a server said of itself, and when. */
export interface DatedCapabilities {
  readonly capabilities: Pop3Capabilities;
  /** `performance.now()` of the answer. */
  readonly askedAt: number;
}

/**
 * What a server said of itself before a login, for the next login to the same account: asking again would cost a round
 * trip. It is taken out for one connection and put back by it once all went well, so that what does not hold any more
 * is relied on once.
 */
export class RememberedCapabilities {
  #kept: DatedCapabilities | undefined;

  /** What is known, out of the memory. */
  take(now: number = performance.now()): DatedCapabilities | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    return kept !== undefined && now - kept.askedAt < FORGOTTEN_AFTER_MS ? kept : undefined;
  }

  /** Puts back what was taken, or was asked for anew. */
  keep(answer: DatedCapabilities): void {
    this.#kept = answer;
  }
}
