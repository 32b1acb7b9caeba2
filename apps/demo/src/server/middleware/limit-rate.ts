import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "../problem.js";
import type { Rate } from "../rate-counters.js";
import type { ApiEnv } from "../services.js";

/** Counts requests by what `key` says they are of, and answers 429 to one too many. */
export function limitRate(
  rate: Rate,
  key: (c: Context<ApiEnv>) => string | Promise<string>,
): MiddlewareHandler<ApiEnv> {
  return createMiddleware<ApiEnv>(async (c, next) => {
    try {
      await c.var.counters.count(rate, await key(c));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const retryAfterSeconds = Math.ceil(error.msBeforeNext / 1_000);
      const detail = `At most ${rate.points} in ${rate.seconds} seconds`;
      throw new Problem(429, "rate-limit", "Too many requests", {
        detail,
        retryAfterSeconds,
        retryable: true,
      });
    }
    await next();
  });
}

/** The address that a request came from. */
export function addressOf(c: Context<ApiEnv>): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    // Called without a socket, as tests do.
    return "";
  }
}
