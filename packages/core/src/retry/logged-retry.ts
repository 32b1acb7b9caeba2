import { guardedCall } from "../observe/guarded-call.js";
import { type Logger, silentLogger } from "../observe/logger.js";
import { roundMs } from "../time/clock.js";
import type { RetryPolicy } from "./retry.js";

/** The same policy, which also tells the log of each failure that is followed by another try. */
export function loggedRetry(policy: RetryPolicy, logger: Logger): RetryPolicy {
  if (logger === silentLogger) return policy;
  return {
    ...policy,
    onRetry: (event) => {
      const { attempt, delayMs, error } = event;
      logger.info({ attempt, delayMs: roundMs(delayMs), code: error.code }, "trying again");
      const failed = (thrown: unknown): void => logger.error({ error: String(thrown) }, "onRetry failed");
      if (policy.onRetry !== undefined) guardedCall(policy.onRetry, [event], failed);
    },
  };
}
