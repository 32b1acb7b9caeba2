import { RateLimiterMemory, RateLimiterPostgres } from "rate-limiter-flexible";
import type { Database } from "../db/open-database.js";

/** So many in so much time, of what has this name. */
export interface Rate {
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

/**
 * Counts who asks for what, one counter for each rate: over all programs on one PostgreSQL together; on PGlite there is one program, which
 * counts in its memory.
 */
export class RateCounters {
  readonly #database: Database;
  readonly #counters = new Map<string, RateLimiterMemory | RateLimiterPostgres>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts one more; rejects with the library's `RateLimiterRes` when it is one too many. */
  async count(rate: Rate, key: string): Promise<void> {
    const counter = this.#counters.get(rate.name) ?? this.#open(rate);
    this.#counters.set(rate.name, counter);
    await counter.consume(key);
  }

  #open({ name, points, seconds }: Rate): RateLimiterMemory | RateLimiterPostgres {
    const memory = new RateLimiterMemory({ points, duration: seconds });
    if (this.#database.kind !== "postgresql") return memory;
    return new RateLimiterPostgres({
      storeClient: this.#database.pool,
      storeType: "pool",
      tableName: "request_rates",
      tableCreated: true,
      // The program's own upkeep does so.
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points,
      duration: seconds,
      // Who is over it is not counted any further, and with a database that is away each program counts for itself.
      inMemoryBlockOnConsumed: points + 1,
      insuranceLimiter: memory,
    });
  }
}
