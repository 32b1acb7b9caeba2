import { integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.js";
import { tenants } from "./tenants.js";

/** Messages with gaps, that values are put into when they are sent. */
export const templates = pgTable(
  "templates",
  {
    id: uuid("id").primaryKey(),
    tenantId: uuid("tenant_id")
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    subject: text("subject").notNull(),
    text: text("text"),
    html: text("html"),
    engine: text("engine", { enum: ["liquid"] })
      .notNull()
      .default("liquid"),
    /** Values that a preview is shown with. */
    variables: jsonb("variables").$type<Readonly<Record<string, unknown>>>().notNull(),
    version: integer("version").notNull().default(1),
    createdAt: moment("created_at").notNull().defaultNow(),
    updatedAt: moment("updated_at").notNull().defaultNow(),
  },
  (table) => [
    unique("templates_name").on(table.tenantId, table.name),
    unique("templates_tenant_id_id").on(table.tenantId, table.id),
  ],
);
