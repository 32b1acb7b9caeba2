import { bigint, foreignKey, index, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, moment } from "./columns.js";

/** Who shares accounts: a household, a team. Nothing of one is ever seen by another. */
export const tenants = pgTable("tenants", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  /** The last event that was removed for its age: a reader whose place is before it has missed something. */
  eventsRemovedUpTo: bigint("events_removed_up_to", { mode: "number" }).notNull().default(0),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** A person who logs in. */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    email: text("email").notNull().unique(),
    passwordHash: text("password_hash").notNull(),
    role: text("role", { enum: ["owner", "member"] }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [unique("users_tenant_id_id").on(table.tenantId, table.id)],
);

/** A browser that is logged in; the cookie's secret is stored as a hash only. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    userId: uuid("user_id").notNull(),
    tokenHash: bytea("token_hash").notNull().unique(),
    csrfHash: bytea("csrf_hash").notNull(),
    expiresAt: moment("expires_at").notNull(),
    lastSeenAt: moment("last_seen_at").notNull(),
    userAgent: text("user_agent").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("sessions_expires_at").on(table.expiresAt),
    foreignKey({
      name: "sessions_user",
      columns: [table.tenantId, table.userId],
      foreignColumns: [users.tenantId, users.id],
    }).onDelete("cascade"),
  ],
);

/** A key for programs: found by its prefix, checked by the hash of its secret. */
export const apiKeys = pgTable("api_keys", {
  id: uuid("id").primaryKey(),
  tenantId: uuid("tenant_id")
    .notNull()
    .references(() => tenants.id, { onDelete: "cascade" }),
  name: text("name").notNull(),
  prefix: text("prefix").notNull().unique(),
  keyHash: bytea("key_hash").notNull(),
  scopes: text("scopes").array().notNull(),
  accountIds: uuid("account_ids").array(),
  expiresAt: moment("expires_at"),
  lastUsedAt: moment("last_used_at"),
  revokedAt: moment("revoked_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});
