import { isMailError, type MailError, type MailProtocol } from "../errors/mail-error.js";
import { publishDiagnostic } from "../observe/diagnostics.js";
import { sleep, throwIfAborted } from "../time/abort.js";
import { type Clock, systemClock } from "../time/clock.js";
import type { Backoff } from "./backoff.js";
import type { RetryBudget } from "./retry-budget.js";

/** When and how often to try again. */
export interface RetryPolicy {
  /** Tries in all, the first included; 1 never retries. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Shared by all calls of a client, bounds retry storms. */
  readonly budget?: RetryBudget | undefined;
  /** Longest wait that a server may ask for (`retryAfterMs`); a longer one fails at once. @defaultValue 60000 */
  readonly maxRetryAfterMs?: number | undefined;
  /** Told before each wait. What it throws ends the retrying. */
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
  /** Which package asks, for the error when aborted. @defaultValue "core" */
  readonly protocol?: MailProtocol | undefined;
  readonly clock?: Clock;
  /** @defaultValue Math.random */
  readonly random?: () => number;
}

/**
 * Runs an operation until it succeeds, fails with an error that is not `retryable`, or the policy's
 * attempts or budget are used up; then rejects with the last error. Aborting ends a wait at once.
 */
export async function retry<T>(
  operation: (attempt: number) => Promise<T>,
  policy: RetryPolicy,
  options: RetryOptions = {},
): Promise<T> {
  const { signal, protocol = "core", clock = systemClock, random = Math.random } = options;
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal, protocol);
    try {
      const value = await operation(attempt);
      policy.budget?.earn();
      return value;
    } catch (error) {
      if (!isMailError(error) || !error.retryable || attempt >= policy.attempts) throw error;
      const delayMs = waitAfter(error, attempt, policy, random);
      if (delayMs === undefined) throw error;
      throwIfAborted(signal, protocol);
      if (policy.budget?.take(error.code === "timeout") === false) throw error;
      policy.onRetry?.({ attempt, delayMs, error });
      publishDiagnostic("mailwright:retry", () => ({ protocol: error.protocol, attempt, delayMs, error }));
      await sleep(delayMs, { signal, protocol, clock });
    }
  }
}

function waitAfter(
  error: MailError,
  attempt: number,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  const hint = error.retryAfterMs ?? 0;
  if (hint > (policy.maxRetryAfterMs ?? 60_000)) return undefined;
  return Math.max(hint, policy.backoff(attempt, random));
}
