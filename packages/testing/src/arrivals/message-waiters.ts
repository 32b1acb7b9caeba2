import { type OptionNames, requireKnownOptions } from "../options/known-options.js";
import type { AcceptedMessage } from "../smtp/delivery.js";
import type { ReportedErrors } from "../store/reported-errors.js";
import { describeMessage } from "./describe-message.js";
import { describeFilter, type MessageFilter, matchesFilter } from "./message-filter.js";

/** What to wait for, and how long. */
export interface WaitOptions extends MessageFilter {
  /** So many at least. @defaultValue 1 */
  readonly count?: number;
  /** @defaultValue 5000 */
  readonly timeoutMs?: number;
}

/** Too few messages arrived in time; `messages` are all that did, whether they match or not. */
export class MessageTimeoutError extends Error {
  override readonly name = "MessageTimeoutError";
  readonly messages: readonly AcceptedMessage[];

  constructor(text: string, messages: readonly AcceptedMessage[]) {
    super(text);
    this.messages = messages;
  }
}

const DEFAULT_TIMEOUT_MS = 5000;
const MAX_SHOWN = 20;
const KNOWN: OptionNames<WaitOptions> = {
  count: true,
  timeoutMs: true,
  to: true,
  from: true,
  subject: true,
};

/** Those who wait for messages, and what has arrived. */
export class MessageWaiters {
  readonly #messages: readonly AcceptedMessage[];
  readonly #errors: ReportedErrors;
  readonly #waiters = new Set<() => void>();
  #ending: string | undefined;

  /** `messages` grows as mail arrives, and `check` is called then. */
  constructor(messages: readonly AcceptedMessage[], errors: ReportedErrors) {
    this.#messages = messages;
    this.#errors = errors;
    errors.onReport(() => this.check());
  }

  /** Resolves to the messages that match, once there are enough; rejects with what a listener or hook threw. */
  wait(options: WaitOptions): Promise<AcceptedMessage[]> {
    const { count, timeoutMs } = requireOptions(options);
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(check);
        settle();
      };
      const matching = (): AcceptedMessage[] =>
        this.#messages.filter((message) => matchesFilter(message, options));
      const check = (): void => {
        const thrown = this.#errors.take();
        if (thrown !== undefined) finish(() => reject(thrown.error));
        else if (this.#ending !== undefined) {
          const text = `${this.#ending} while waiting for messages`;
          finish(() => reject(new Error(text)));
        } else if (this.#messages.length >= count) {
          const found = matching();
          if (found.length >= count) finish(() => resolve(found));
        }
      };
      const timer = setTimeout(() => {
        const found = matching();
        const text = `Waited ${timeoutMs} ms for ${count} ${count === 1 ? "message" : "messages"}${describeFilter(options)}: ${this.#describe(found)}`;
        finish(() => reject(new MessageTimeoutError(text, [...this.#messages])));
      }, timeoutMs);
      this.#waiters.add(check);
      check();
    });
  }

  /** Looks again whether those who wait have what they want. */
  check(): void {
    for (const waiter of [...this.#waiters]) waiter();
  }

  /** Ends every wait with an error that says why. */
  end(why: string): void {
    this.#ending = why;
    this.check();
    this.#ending = undefined;
  }

  #describe(found: readonly AcceptedMessage[]): string {
    if (this.#messages.length === 0) return "none arrived";
    const shown = this.#messages.slice(-MAX_SHOWN).map((message) => {
      return `\n  ${found.includes(message) ? "+" : "-"} ${describeMessage(message)}`;
    });
    const left = this.#messages.length - shown.length;
    const before = left > 0 ? `\n  … ${left} before these` : "";
    return `${this.#messages.length} arrived, of which ${found.length} match (+)${before}${shown.join("")}`;
  }
}

function requireOptions(options: WaitOptions): { count: number; timeoutMs: number } {
  const { count = 1, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  requireKnownOptions(options, KNOWN, "waitForMessages");
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`count is no whole number above 0: ${count}`);
  if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs is no time: ${timeoutMs}`);
  return { count, timeoutMs };
}
