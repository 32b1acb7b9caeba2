import { bigint, foreignKey, index, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.js";
import { bytea, moment } from "./columns.js";
import { outbox } from "./outbox.js";
import { tenants } from "./tenants.js";

/** How a draft was begun. */
export const DRAFT_MODES = ["new", "reply", "reply-all", "forward"] as const;

/** Somebody whom a draft goes to, as they were typed: what is no address yet is kept too. */
interface DraftAddress {
  readonly name: string;
  readonly address: string;
}

/** A file of a draft: one that was uploaded, or a part of a message that is still to be copied. */
interface DraftAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly uploadId?: string | undefined;
  readonly source?: { readonly messageId: number; readonly part: string } | undefined;
  /** What the HTML shows it by. */
  readonly cid?: string | undefined;
}

/** What somebody has written so far. */
export interface DraftContent {
  readonly to: readonly DraftAddress[];
  readonly cc: readonly DraftAddress[];
  readonly bcc: readonly DraftAddress[];
  readonly subject: string;
  readonly text: string;
  /** As a program wrote it; a person sees it, and may leave it out. */
  readonly html?: string | undefined;
  readonly attachments: readonly DraftAttachment[];
  /** Of the message that it answers, which may be moved meanwhile and then has another number. */
  readonly inReplyTo?: string | undefined;
}

/**
 * What is being written. A draft with an `outboxId` was handed over to be sent: it is shown nowhere, and comes back when
 * that is taken back, or nobody got it.
 */
export const drafts = pgTable(
  "drafts",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    outboxId: uuid("outbox_id"),
    mode: text("mode", { enum: DRAFT_MODES }).notNull(),
    // No key of the messages: the draft stays when the message is moved.
    replyToId: bigint("reply_to_id", { mode: "number" }),
    content: jsonb("content").$type<DraftContent>().notNull(),
    version: integer("version").notNull().default(1),
    updatedAt: moment("updated_at").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    index("drafts_of_tenant").on(table.tenantId, table.updatedAt.desc().nullsFirst()),
    unique("drafts_outbox_id").on(table.tenantId, table.outboxId),
    foreignKey({
      name: "drafts_account",
      columns: [table.tenantId, table.accountId],
      foreignColumns: [accounts.tenantId, accounts.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "drafts_outbox",
      columns: [table.tenantId, table.outboxId],
      foreignColumns: [outbox.tenantId, outbox.id],
    }).onDelete("cascade"),
  ],
);

/** Files on their way into a message. Which draft has one stands in the draft; what none has is removed after a day. */
export const uploads = pgTable(
  "uploads",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    filename: text("filename").notNull(),
    contentType: text("content_type").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    sha256: text("sha256").notNull(),
    bytes: bytea("bytes").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    index("uploads_of_tenant").on(table.tenantId, table.createdAt),
    foreignKey({
      name: "uploads_tenant",
      columns: [table.tenantId],
      foreignColumns: [tenants.id],
    }).onDelete("cascade"),
  ],
);
