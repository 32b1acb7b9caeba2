import { sql } from "drizzle-orm";

/** Now, rounded as moments are that are stored: what was due at this moment is due. */
export const currentMoment = sql`now()::timestamptz(3)`;
