import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.js";

/** What a process does: serve people, hold accounts and send, or all of it. */
const WORKER_KINDS = ["all", "serve", "worker"] as const;

/** The processes over this database, of no tenant; one that is alive was heard of a moment ago (`beatAt`). */
export const workers = pgTable("workers", {
  /** Also the `holder` of its leases and claims. */
  id: uuid("id").primaryKey(),
  kind: text("kind", { enum: WORKER_KINDS }).notNull(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  version: text("version").notNull(),
  startedAt: moment("started_at").notNull().defaultNow(),
  beatAt: moment("beat_at").notNull().defaultNow(),
  /** So many accounts it held then. */
  held: integer("held").notNull().default(0),
});
