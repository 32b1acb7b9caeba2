import { foreignKey, jsonb, pgTable, primaryKey, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.js";
import { moment } from "./columns.js";

/** A line of the conversation with an account's server, secrets masked. */
export interface StoredWireLine {
  readonly at: string;
  readonly connectionId: string;
  readonly direction: "client" | "server";
  readonly text: string;
}

/** What a process told of its conversation with an account's server when it was asked last; `toldAt` is when. */
export const wireLogs = pgTable(
  "wire_logs",
  {
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    processId: uuid("process_id").notNull(),
    lines: jsonb("lines").$type<readonly StoredWireLine[]>().notNull(),
    toldAt: moment("told_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.processId] }),
    foreignKey({
      name: "wire_logs_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);
