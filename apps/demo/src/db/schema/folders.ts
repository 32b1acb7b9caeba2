import { boolean, foreignKey, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.js";
import { moment } from "./columns.js";

/** What a folder is for, where that is known. */
export const FOLDER_ROLES = [
  "inbox",
  "sent",
  "drafts",
  "trash",
  "spam",
  "archive",
  "all",
  "flagged",
  "custom",
] as const;

/** A folder of an account, how far its sync has come, and its counts, which every change of messages keeps. */
export const folders = pgTable(
  "folders",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    path: text("path").notNull(),
    displayName: text("display_name").notNull(),
    role: text("role", { enum: FOLDER_ROLES }).notNull(),
    isSelectable: boolean("is_selectable").notNull().default(true),
    validity: text("validity").notNull().default(""),
    cursor: jsonb("cursor"),
    total: integer("total").notNull().default(0),
    unread: integer("unread").notNull().default(0),
    synced: integer("synced").notNull().default(0),
    toSync: integer("to_sync"),
    lastPassAt: moment("last_pass_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("folders_tenant_id_id").on(table.tenantId, table.id),
    unique("folders_path").on(table.accountId, table.path),
    foreignKey({
      name: "folders_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);
