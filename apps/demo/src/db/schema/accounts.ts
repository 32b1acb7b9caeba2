import { bigint, foreignKey, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, moment } from "./columns.js";
import { tenants } from "./tenants.js";

/** Where a server is, as it lies in the database; the login is sealed in `secret`. */
export interface StoredServer {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls" | "none";
  readonly user: string;
}

/** What went wrong, in the words that a person can act on. */
export interface StoredError {
  readonly code: string;
  readonly message: string;
  readonly phase?: string | undefined;
  readonly server?: string | undefined;
  readonly at: string;
}

/** What an account is doing; each but `live` says why elsewhere in its row. */
export const ACCOUNT_STATES = ["new", "syncing", "live", "retrying", "needs-login", "paused"] as const;

/** A mailbox somewhere else that is read into this database. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    address: text("address").notNull(),
    colour: text("colour").notNull(),
    kind: text("kind", { enum: ["imap", "pop3"] }).notNull(),
    incoming: jsonb("incoming").$type<StoredServer>().notNull(),
    outgoing: jsonb("outgoing").$type<StoredServer>(),
    secret: bytea("secret").notNull(),
    keyId: text("key_id").notNull(),
    state: text("state", { enum: ACCOUNT_STATES }).notNull().default("new"),
    lastOkAt: moment("last_ok_at"),
    lastError: jsonb("last_error").$type<StoredError>(),
    nextTryAt: moment("next_try_at"),
    failures: integer("failures").notNull().default(0),
    syncDays: integer("sync_days"),
    signature: text("signature").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("accounts_tenant_id_id").on(table.tenantId, table.id),
    unique("accounts_address").on(table.tenantId, table.address, table.kind),
  ],
);

/** Who syncs an account: one holder at a time, each with an epoch that none had before. */
export const leases = pgTable(
  "leases",
  {
    accountId: uuid("account_id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    holder: text("holder").notNull(),
    epoch: bigint("epoch", { mode: "number" }).notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [
    foreignKey({
      name: "leases_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);
