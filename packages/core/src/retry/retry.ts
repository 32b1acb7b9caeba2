import { isMailError, type MailError, type MailErrorCode, type MailProtocol } from "../errors/mail-error.js";
import { publishDiagnostic } from "../observe/diagnostics.js";
import { guardedCall } from "../observe/guarded-call.js";
import { sleep, throwIfAborted } from "../time/abort.js";
import { type Clock, systemClock } from "../time/clock.js";
import { type Backoff, exponentialBackoff } from "./backoff.js";
import type { RetryBudget } from "./retry-budget.js";

/** When and how often to try again. */
export interface RetryPolicy {
  /** Tries in all, the first included; 1 never retries. What `outageMs` bears does not count. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /**
   * How long refused and dropped connections are borne, such as while a server restarts: tried again that long,
   * however often, whatever `attempts` and `budget` say. Not by a client that never had a connection: there the address
   * may be wrong. @defaultValue 0
   */
  readonly outageMs?: number | undefined;
  /** Shared by all calls of a client, bounds retry storms. What a server refused in words takes nothing of it. */
  readonly budget?: RetryBudget | undefined;
  /** Longest wait that a server may ask for (`retryAfterMs`); a longer one fails at once. @defaultValue 60000 */
  readonly maxRetryAfterMs?: number | undefined;
  /** Told before each wait. What it throws changes nothing. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

/** A try that failed and will be repeated. */
export interface RetryEvent {
  /** The attempt that failed, 1 for the first. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: MailError;
}

/** The caller's side of {@link retry}. */
export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether the server has been reached before, so that it is an outage when it cannot be. @defaultValue it has */
  readonly hasWorked?: (() => boolean) | undefined;
  /** Which package asks, for the error when aborted. @defaultValue "core" */
  readonly protocol?: MailProtocol | undefined;
  readonly clock?: Clock;
  /** @defaultValue Math.random */
  readonly random?: () => number;
}

const OUTAGES = new Set<MailErrorCode>(["connection", "dns"]);
const SHORTEST_OUTAGE_WAIT_MS = 100;
const LONGEST_OUTAGE_WAIT_MS = 5_000;
/** In place of a back-off that throws, or answers what is no time. */
const usualBackoff = exponentialBackoff();

/**
 * Runs an operation until it succeeds, fails with an error that is not `retryable`, or the policy's
 * attempts, budget or time for outages are used up; then rejects with the last error. Aborting ends a wait at once.
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  options: RetryOptions = {},
): Promise<T> {
  const { signal, protocol = "core", clock = systemClock, random = Math.random } = options;
  const patience = new Patience(policy, options, { clock, random });
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal, protocol);
    try {
      const value = await operation(attempt);
      policy.budget?.earn();
      return value;
    } catch (error) {
      if (!isMailError(error) || !error.retryable || policy.attempts <= 1) throw error;
      const delayMs = patience.waitAfter(error);
      if (delayMs === undefined) throw error;
      throwIfAborted(signal, protocol);
      if (!patience.pay(error)) throw error;
      if (policy.onRetry !== undefined) guardedCall(policy.onRetry, [{ attempt, delayMs, error }]);
      publishDiagnostic("mailwright:retry", () => ({ protocol: error.protocol, attempt, delayMs, error }));
      await sleep(delayMs, { signal, protocol, clock });
    }
  }
}

/** What is left of a policy during one call. */
class Patience {
  readonly #policy: RetryPolicy;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #hasWorked: () => boolean;
  #failures = 0;
  /** The outage that has lasted since then, and how often it was met. */
  #outage: { readonly since: number; count: number } | undefined;

  constructor(
    policy: RetryPolicy,
    { hasWorked = () => true }: RetryOptions,
    { clock, random }: { readonly clock: Clock; readonly random: () => number },
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#random = random;
    this.#hasWorked = hasWorked;
  }

  /** How long to wait before the next try; `undefined` when there is none. */
  waitAfter(error: MailError): number | undefined {
    const { outageMs = 0, attempts, maxRetryAfterMs = 60_000 } = this.#policy;
    if (!OUTAGES.has(error.code)) this.#outage = undefined;
    else if (outageMs > 0 && this.#hasWorked()) return this.#sitOut(outageMs);
    const hint = error.retryAfterMs ?? 0;
    if (++this.#failures >= attempts || hint > maxRetryAfterMs) return undefined;
    return Math.max(hint, this.#backoffAfter(this.#failures));
  }

  /** Whether the budget, where it is asked at all, allows one more try. */
  pay(error: MailError): boolean {
    const isRefusal = error.server !== undefined && !OUTAGES.has(error.code);
    if (isRefusal || this.#outage !== undefined) return true;
    return this.#policy.budget?.take(error.code === "timeout") !== false;
  }

  #backoffAfter(failures: number): number {
    const usual = usualBackoff(failures, this.#random);
    try {
      const delayMs = this.#policy.backoff(failures, this.#random);
      return delayMs >= 0 ? delayMs : usual;
    } catch {
      return usual;
    }
  }

  #sitOut(outageMs: number): number | undefined {
    const now = this.#clock.now();
    this.#outage ??= { since: now, count: 0 };
    const leftMs = this.#outage.since + outageMs - now;
    if (leftMs <= 0) return undefined;
    const delayMs = this.#backoffAfter(++this.#outage.count);
    return Math.min(leftMs, LONGEST_OUTAGE_WAIT_MS, Math.max(SHORTEST_OUTAGE_WAIT_MS, delayMs));
  }
}
