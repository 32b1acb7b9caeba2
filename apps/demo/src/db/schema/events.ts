import { sql } from "drizzle-orm";
import { bigint, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment, xid8 } from "./columns.js";
import { tenants } from "./tenants.js";

/**
 * What changed, in the transaction that changed it. `xid` tells a reader which events may still get company with
 * lower ids: those of transactions that have not ended.
 */
export const events = pgTable(
  "events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    accountId: uuid("account_id"),
    type: text("type").notNull(),
    data: jsonb("data").$type<Readonly<Record<string, unknown>>>().notNull(),
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("events_of_tenant").on(table.tenantId, table.id),
    index("events_created_at").on(table.createdAt),
  ],
);
