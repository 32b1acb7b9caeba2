import { lt } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { requestRates } from "../db/schema/request-rates.js";

/** Removes counts of requests whose time is over. */
export async function removeOldRates(database: Sql, now: Date): Promise<void> {
  await database.delete(requestRates).where(lt(requestRates.expire, now.getTime()));
}
