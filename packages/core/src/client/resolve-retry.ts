import { MailError, type MailProtocol } from "../errors/mail-error.js";
import type { RetryPolicy } from "../retry/retry.js";
import { RetryBudget } from "../retry/retry-budget.js";
import { requireKnownNames } from "./known-names.js";
import { type GivenLimits, resolveLimits } from "./resolve-limits.js";

const NAMES: Readonly<Record<keyof RetryPolicy, true>> = {
  attempts: true,
  backoff: true,
  budget: true,
  maxRetryAfterMs: true,
  outageMs: true,
  onRetry: true,
};
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * The given parts of a policy over a client's own, with a budget of its own unless one is given. Throws
 * `"invalid-argument"` for parts that are none: found out only when a retry is due, they would end a send in
 * the middle.
 */
export function resolveRetry(
  defaults: Pick<RetryPolicy, "attempts" | "backoff" | "outageMs">,
  given: GivenLimits<RetryPolicy> | undefined,
  protocol: MailProtocol,
): RetryPolicy {
  const rules = { option: "retry", protocol } as const;
  if (given !== undefined) requireKnownNames(given, Object.keys(NAMES), rules);
  const {
    attempts,
    backoff = defaults.backoff,
    budget = new RetryBudget(),
    maxRetryAfterMs,
    outageMs,
    onRetry,
  } = given ?? {};
  const figures = resolveLimits(
    {
      attempts: defaults.attempts,
      maxRetryAfterMs: MAX_RETRY_AFTER_MS,
      outageMs: defaults.outageMs ?? 0,
    },
    { attempts, maxRetryAfterMs, outageMs },
    { ...rules, least: { maxRetryAfterMs: 0, outageMs: 0 }, unbounded: "all" },
  );
  if (typeof backoff !== "function")
    throw invalid("backoff is a function, such as fixedBackoff([1_000])", protocol);
  if (onRetry !== undefined && typeof onRetry !== "function")
    throw invalid("onRetry is a function", protocol);
  if (typeof budget?.take !== "function" || typeof budget.earn !== "function") {
    throw invalid("budget is a RetryBudget", protocol);
  }
  return { ...figures, backoff, budget, onRetry };
}

function invalid(message: string, protocol: MailProtocol): MailError {
  return new MailError(`retry.${message}`, { code: "invalid-argument", protocol });
}
