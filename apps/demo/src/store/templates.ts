import { and, asc, eq, sql } from "drizzle-orm";
import { newId } from "../db/new-id.js";
import { templates } from "../db/schema/templates.js";
import type { Tenant } from "./tenant.js";

/** A message with gaps. */
export type Template = Omit<typeof templates.$inferSelect, "tenantId" | "engine">;

/** What somebody writes of one. */
export type TemplateValues = Omit<Template, "id" | "version" | "createdAt" | "updatedAt">;

/** What came of a change: nothing is changed unless it is `saved`. */
export type TemplateOutcome =
  | { readonly type: "saved"; readonly template: Template }
  | { readonly type: "gone" }
  | { readonly type: "other-version" }
  | { readonly type: "name-taken" };

const columns = {
  id: templates.id,
  name: templates.name,
  subject: templates.subject,
  text: templates.text,
  html: templates.html,
  variables: templates.variables,
  version: templates.version,
  createdAt: templates.createdAt,
  updatedAt: templates.updatedAt,
};

/** Adds a template; `undefined` when there is one of this name. */
export async function createTemplate(tenant: Tenant, values: TemplateValues): Promise<Template | undefined> {
  const [row] = await tenant.sql
    .insert(templates)
    .values({ ...values, id: newId(), tenantId: tenant.id })
    .onConflictDoNothing({ target: [templates.tenantId, templates.name] })
    .returning(columns);
  return row;
}

/** The templates of a tenant by name. */
export async function listTemplates(tenant: Tenant): Promise<Template[]> {
  const own = eq(templates.tenantId, tenant.id);
  return await tenant.sql.select(columns).from(templates).where(own).orderBy(asc(templates.name));
}

/** One template, if it is this tenant's. */
export async function findTemplate(tenant: Tenant, id: string): Promise<Template | undefined> {
  const [row] = await tenant.sql.select(columns).from(templates).where(ofTenant(tenant, id));
  return row;
}

/** Changes a template that is of the version which was read. */
export async function updateTemplate(
  tenant: Tenant,
  id: string,
  values: TemplateValues,
  version: number,
): Promise<TemplateOutcome> {
  const [row] = await tenant.sql
    .update(templates)
    .set({ ...values, version: sql`${templates.version} + 1`, updatedAt: sql`now()` })
    .where(
      and(
        ofTenant(tenant, id),
        eq(templates.version, version),
        sql`not exists (${tenant.sql
          .select({ one: sql`1` })
          .from(sql`templates as other`)
          .where(
            sql`other.tenant_id = ${tenant.id} and other.name = ${values.name} and other.id <> ${id}`,
          )})`,
      ),
    )
    .returning(columns);
  if (row !== undefined) return { type: "saved", template: row };
  const found = await findTemplate(tenant, id);
  if (found === undefined) return { type: "gone" };
  if (found.version !== version) return { type: "other-version" };
  return { type: "name-taken" };
}

/** Removes a template of the version which was read. */
export async function deleteTemplate(
  tenant: Tenant,
  id: string,
  version: number,
): Promise<"deleted" | "gone" | "other-version"> {
  const rows = await tenant.sql
    .delete(templates)
    .where(and(ofTenant(tenant, id), eq(templates.version, version)))
    .returning({ id: templates.id });
  if (rows.length > 0) return "deleted";
  return (await findTemplate(tenant, id)) === undefined ? "gone" : "other-version";
}

function ofTenant(tenant: Tenant, id: string) {
  return and(eq(templates.tenantId, tenant.id), eq(templates.id, id));
}
