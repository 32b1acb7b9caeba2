import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { accounts, type StoredError } from "./accounts.js";
import { bytea, moment } from "./columns.js";

/** Where a message that somebody sends stands; which may follow which is in `store/outbox/states.ts`. */
export const OUTBOX_STATES = [
  "draft",
  "scheduled",
  "queued",
  "sending",
  "accepted",
  "partial",
  "rejected",
  "invalid",
  "deferred",
  "not-sent",
  "unknown",
  "resolved",
] as const;

/** What became of the message for one recipient; `queued` before the first attempt. */
export const RECIPIENT_STATUSES = [
  "queued",
  "accepted",
  "rejected",
  "deferred",
  "not-sent",
  "unknown",
] as const;

/** Who found out what became of a message of unknown fate. */
export const RESOLVERS = ["sent-folder", "bounce", "reply", "person"] as const;

/** Whether the sender's own copy lies in the Sent folder; `due` until it was looked for. */
export const SENT_COPIES = ["none", "due", "server", "appended", "failed"] as const;

/** What the rendered message goes with: the envelope of SMTP, and who is not named in the bytes. */
export interface StoredEnvelope {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly bcc: readonly string[];
  readonly date: string;
}

/** What came back about a message that a server had taken, for one recipient. */
export interface StoredReturn {
  /** Whether it could not be delivered, or the recipient took it for abuse. */
  readonly kind: "bounce" | "complaint";
  readonly enhancedCode: string | null;
  /** The words of the server that refused it, or the kind of complaint. */
  readonly text: string | null;
}

/**
 * Messages on their way out, rendered once. Whoever holds the claim (`holder`, until `leaseUntil`) with the newest
 * epoch sends; `begun` says whether anything may have left under it.
 */
export const outbox = pgTable(
  "outbox",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    requestHash: text("request_hash").notNull(),
    messageId: text("message_id_header").notNull(),
    subject: text("subject").notNull(),
    rendered: bytea("rendered").notNull(),
    envelope: jsonb("envelope").$type<StoredEnvelope>().notNull(),
    state: text("state", { enum: OUTBOX_STATES }).notNull(),
    sendAt: moment("send_at"),
    epoch: integer("epoch").notNull().default(0),
    holder: text("holder"),
    leaseUntil: moment("lease_until"),
    begun: boolean("begun").notNull().default(false),
    attempt: integer("attempt").notNull().default(0),
    nextTryAt: moment("next_try_at"),
    resolvedBy: text("resolved_by", { enum: RESOLVERS }),
    sentCopy: text("sent_copy", { enum: SENT_COPIES }).notNull().default("none"),
    checks: integer("checks").notNull().default(0),
    checkAt: moment("check_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    unique("outbox_key").on(table.tenantId, table.idempotencyKey),
    unique("outbox_tenant_id_id").on(table.tenantId, table.id),
    index("outbox_due").on(table.nextTryAt, table.state),
    index("outbox_to_check").on(table.checkAt),
    index("outbox_leases").on(table.leaseUntil),
    index("outbox_by_message_id").on(table.tenantId, table.messageId),
    foreignKey({
      name: "outbox_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);

/** What became of a message for each recipient, in the server's words. */
export const outboxRecipients = pgTable(
  "outbox_recipients",
  {
    outboxId: uuid("outbox_id").notNull(),
    position: integer("position").notNull(),
    tenantId: uuid("tenant_id").notNull(),
    address: text("address").notNull(),
    status: text("status", { enum: RECIPIENT_STATUSES }).notNull().default("queued"),
    code: text("code"),
    enhancedCode: text("enhanced_code"),
    text: text("text"),
    bounce: jsonb("bounce").$type<StoredReturn>(),
    bouncedAt: moment("bounced_at"),
  },
  (table) => [
    primaryKey({ name: "outbox_recipients_key", columns: [table.outboxId, table.position] }),
    foreignKey({
      name: "outbox_recipients_outbox",
      columns: [table.tenantId, table.outboxId],
      foreignColumns: [outbox.tenantId, outbox.id],
    }).onDelete("cascade"),
  ],
);

/** Of each account that has a rate: what was sent lately, messages and recipients, by all processes; what is under way its messages say. */
export const sendRates = pgTable(
  "send_rates",
  {
    accountId: uuid("account_id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    messages: jsonb("messages").$type<readonly Grant[]>().notNull().default([]),
    recipients: jsonb("recipients").$type<readonly Grant[]>().notNull().default([]),
    /** Nothing more is granted before. */
    blockedUntil: moment("blocked_until"),
  },
  (table) => [
    foreignKey({
      name: "send_rates_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
  ],
);

/** What was sent between two moments, in milliseconds since 1970: from, until, how many. */
export type Grant = readonly [from: number, until: number, count: number];

/** The ledger: an attempt stands here before anything of it leaves; one that began and never finished is in doubt. */
export const outboxAttempts = pgTable(
  "outbox_attempts",
  {
    outboxId: uuid("outbox_id").notNull(),
    attempt: integer("attempt").notNull(),
    tenantId: uuid("tenant_id").notNull(),
    holder: text("holder").notNull(),
    phase: text("phase").notNull(),
    startedAt: moment("started_at").notNull(),
    finishedAt: moment("finished_at"),
    connectionId: text("connection_id"),
    error: jsonb("error").$type<StoredError>(),
  },
  (table) => [
    primaryKey({ name: "outbox_attempts_key", columns: [table.outboxId, table.attempt] }),
    foreignKey({
      name: "outbox_attempts_outbox",
      columns: [table.tenantId, table.outboxId],
      foreignColumns: [outbox.tenantId, outbox.id],
    }).onDelete("cascade"),
  ],
);
