import { sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";

/** Frees the room of rows that are gone and counts anew what the planner goes by. Not in a transaction. */
export async function vacuum(database: Sql): Promise<void> {
  await database.execute(sql`vacuum (analyze)`);
}
