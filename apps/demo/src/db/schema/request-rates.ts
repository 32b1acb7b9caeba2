import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";

/** How many requests somebody has made in the time that counts, over all programs on one database; as rate-limiter-flexible has it. */
export const requestRates = pgTable("request_rates", {
  key: text("key").primaryKey(),
  points: integer("points").notNull().default(0),
  /** In milliseconds since 1970. */
  expire: bigint("expire", { mode: "number" }),
});
