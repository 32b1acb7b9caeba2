import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "../../db/open-database.js";
import { Problem } from "../problem.js";
import type { ApiEnv } from "../services.js";

/** So many in so much time. */
export interface Rate {
  readonly points: number;
  readonly seconds: number;
}

/** Where requests to several programs are counted together, and under which name. */
export interface SharedCount {
  readonly database: Database;
  readonly name: string;
}

/**
 * Counts requests by what `key` says they are of, and answers 429 to one too many: those to this process, or with `shared` those to all
 * programs on one PostgreSQL.
 */
export function limitRate(
  rate: Rate,
  key: (c: Context<ApiEnv>) => string | Promise<string>,
  shared?: SharedCount,
): MiddlewareHandler<ApiEnv> {
  const limiter = createLimiter(rate, shared);
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

function createLimiter({ points, seconds }: Rate, shared: SharedCount | undefined) {
  const memory = new RateLimiterMemory({ points, duration: seconds });
  if (shared?.database.kind !== "postgresql") return memory;
  return new RateLimiterPostgres({
    storeClient: shared.database.pool,
    storeType: "pool",
    tableName: "request_rates",
    tableCreated: true,
    // The program's own upkeep does so.
    clearExpiredByTimeout: false,
    keyPrefix: shared.name,
    points,
    duration: seconds,
    // Who is over it is not counted any further, and a database that is away counts for nobody.
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: memory,
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
