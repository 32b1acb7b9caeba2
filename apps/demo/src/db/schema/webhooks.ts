import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts } from "./accounts.js";
import { bytea, moment } from "./columns.js";
import { tenants } from "./tenants.js";

/**
 * Addresses that are told of events, in their order. `cursor` is the last event that was taken; whoever holds the claim (`holder`,
 * until `leaseUntil`) with the newest epoch delivers.
 */
export const webhooks = pgTable(
  "webhooks",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    url: text("url").notNull(),
    secret: bytea("secret").notNull(),
    keyId: text("key_id").notNull(),
    /** The types that are told; all when there are none. */
    events: text("events").array().notNull(),
    accountId: uuid("account_id"),
    includesText: boolean("includes_text").notNull(),
    cursor: bigint("cursor", { mode: "number" }).notNull(),
    /** Tries in a row that failed, of the event after `cursor`. */
    failures: integer("failures").notNull().default(0),
    nextTryAt: moment("next_try_at").notNull().defaultNow(),
    pausedReason: text("paused_reason"),
    epoch: integer("epoch").notNull().default(0),
    holder: text("holder"),
    leaseUntil: moment("lease_until"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("webhooks_tenant_id_id").on(table.tenantId, table.id),
    foreignKey({
      name: "webhooks_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);

/** Each try of a delivery and what became of it, for a while. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    webhookId: uuid("webhook_id").notNull(),
    /** Of a trial there is no event. */
    eventId: bigint("event_id", { mode: "number" }),
    type: text("type").notNull(),
    attempt: integer("attempt").notNull(),
    /** What the receiver answered, if it did. */
    status: integer("status"),
    error: text("error"),
    tookMs: integer("took_ms").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("webhook_deliveries_of").on(table.webhookId, table.id.desc().nullsFirst()),
    foreignKey({
      name: "webhook_deliveries_webhook",
      columns: [table.tenantId, table.webhookId],
      foreignColumns: [webhooks.tenantId, webhooks.id],
    }).onDelete("cascade"),
  ],
);
