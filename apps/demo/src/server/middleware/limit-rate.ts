import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "../problem.js";
import type { ApiEnv } from "../services.js";

/** So many in so much time; of this process. */
export interface Rate {
  readonly points: number;
  readonly seconds: number;
}

/** Counts requests by what `key` says they are of, and answers 429 to one too many. */
export function limitRate(
  rate: Rate,
  key: (c: Context<ApiEnv>) => string | Promise<string>,
): MiddlewareHandler<ApiEnv> {
  const limiter = new RateLimiterMemory({ points: rate.points, duration: rate.seconds });
  return createMiddleware<ApiEnv>(async (c, next) => {
    try {
      await limiter.consume(await key(c));
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
