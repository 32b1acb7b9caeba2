import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, moment, tsvector } from "./columns.js";
import { folders } from "./folders.js";

/** Who a message went to. */
export interface StoredRecipients {
  readonly to: readonly StoredAddress[];
  readonly cc: readonly StoredAddress[];
  readonly replyTo: readonly StoredAddress[];
}

/** A name and an address as a message has them. */
interface StoredAddress {
  readonly name: string;
  readonly address: string;
}

/** A file in a message; `part` is what fetches it from the server, or its path in the source. */
export interface StoredAttachment {
  readonly part: string;
  readonly filename: string | null;
  readonly safeFilename: string;
  readonly contentType: string;
  readonly contentId: string | null;
  readonly isRelated: boolean;
  readonly sizeBytes: number;
}

/** What somebody wants of a message, until its server has agreed or refused. */
export interface StoredChange {
  readonly seen?: boolean | undefined;
  readonly flagged?: boolean | undefined;
  /** The folder. */
  readonly moveTo?: string | undefined;
  readonly isDeleted?: true | undefined;
  /** Another one each time that somebody wants something. */
  readonly key: string;
  readonly tries: number;
  /** Of the last try. */
  readonly error?: { readonly code: string; readonly message: string; readonly server?: string } | undefined;
}

/** What a list shows of a message. Narrow, because its flags change often; the wide parts lie in `bodies`. */
export const messages = pgTable(
  "messages",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    folderId: uuid("folder_id").notNull(),
    validity: text("validity").notNull(),
    uid: text("uid").notNull(),
    sortAt: moment("sort_at").notNull(),
    fromName: text("from_name").notNull(),
    fromAddress: text("from_address").notNull(),
    recipients: jsonb("recipients").$type<StoredRecipients>().notNull(),
    subject: text("subject").notNull(),
    snippet: text("snippet").notNull(),
    messageId: text("message_id"),
    threadId: text("thread_id"),
    seen: boolean("seen").notNull(),
    flagged: boolean("flagged").notNull(),
    answered: boolean("answered").notNull(),
    draft: boolean("draft").notNull(),
    automatic: text("automatic"),
    hasAttachments: boolean("has_attachments").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    inbox: boolean("inbox").notNull(),
    pending: jsonb("pending").$type<StoredChange>(),
    /** When what is pending is tried next. */
    pendingAt: moment("pending_at"),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  // `nullsFirst` is what a plain `order by … desc` means: an index without it is of no use to one.
  (table) => [
    unique("messages_uid").on(table.folderId, table.validity, table.uid),
    unique("messages_tenant_id_id").on(table.tenantId, table.id),
    foreignKey({
      name: "messages_folder",
      columns: [table.tenantId, table.folderId],
      foreignColumns: [folders.tenantId, folders.id],
    }).onDelete("cascade"),
    index("messages_of_folder").on(
      table.folderId,
      table.sortAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("messages_of_tenant").on(
      table.tenantId,
      table.sortAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index("messages_in_inbox")
      .on(table.tenantId, table.sortAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`inbox`),
    index("messages_starred")
      .on(table.tenantId, table.sortAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`flagged`),
    index("messages_unread")
      .on(table.folderId, table.sortAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`not seen`),
    index("messages_pending").on(table.pendingAt).where(sql`pending is not null`),
    index("messages_by_message_id").on(table.tenantId, table.messageId),
    index("messages_of_thread").on(
      table.tenantId,
      table.threadId,
      table.sortAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
  ],
);

/** What is read when a message is opened. `source` only where the server cannot be asked for a part again. */
export const bodies = pgTable(
  "bodies",
  {
    messageId: bigint("message_id", { mode: "number" }).primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    text: text("text"),
    html: text("html"),
    headers: jsonb("headers").$type<readonly (readonly [string, string])[]>().notNull(),
    attachments: jsonb("attachments").$type<readonly StoredAttachment[]>().notNull(),
    defects: jsonb("defects").$type<readonly string[]>().notNull(),
    source: bytea("source"),
  },
  (table) => [
    foreignKey({
      name: "bodies_message",
      columns: [table.tenantId, table.messageId],
      foreignColumns: [messages.tenantId, messages.id],
    }).onDelete("cascade"),
  ],
);

/** The full text index, apart from the messages: a flag changes without writing it anew. */
export const messageSearch = pgTable(
  "message_search",
  {
    messageId: bigint("message_id", { mode: "number" }).primaryKey(),
    tenantId: uuid("tenant_id").notNull(),
    accountId: uuid("account_id").notNull(),
    sortAt: moment("sort_at").notNull(),
    search: tsvector("search").notNull(),
  },
  (table) => [
    index("message_search_words").using("gin", table.search),
    index("message_search_newest").on(
      table.tenantId,
      table.sortAt.desc().nullsFirst(),
      table.messageId.desc().nullsFirst(),
    ),
    foreignKey({
      name: "message_search_message",
      columns: [table.tenantId, table.messageId],
      foreignColumns: [messages.tenantId, messages.id],
    }).onDelete("cascade"),
  ],
);

/** Messages that a server would not give; tried again a few times, then listed. */
export const unfetchable = pgTable(
  "unfetchable",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id").notNull(),
    folderId: uuid("folder_id").notNull(),
    uid: text("uid").notNull(),
    error: text("error").notNull(),
    tries: integer("tries").notNull().default(1),
    lastAt: moment("last_at").notNull(),
  },
  (table) => [
    unique("unfetchable_uid").on(table.folderId, table.uid),
    foreignKey({
      name: "unfetchable_folder",
      columns: [table.tenantId, table.folderId],
      foreignColumns: [folders.tenantId, folders.id],
    }).onDelete("cascade"),
  ],
);
