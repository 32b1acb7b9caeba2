import { createHash } from "node:crypto";
import { and, eq, getTableColumns, sql } from "drizzle-orm";
import { newId } from "../../db/new-id.js";
import type { Sql } from "../../db/open-database.js";
import { drafts, uploads } from "../../db/schema/drafts.js";
import { isWhole, type Tenant } from "../tenant.js";

/** A file that was uploaded, without its bytes. */
export type Upload = Omit<typeof uploads.$inferSelect, "bytes">;

const { bytes: _bytes, ...columns } = getTableColumns(uploads);

/** Stores a file. */
export async function addUpload(
  tenant: Tenant,
  file: { readonly filename: string; readonly contentType: string; readonly bytes: Buffer },
  now: Date,
): Promise<Upload> {
  const [row] = await tenant.sql
    .insert(uploads)
    .values({
      ...file,
      id: newId(),
      tenantId: tenant.id,
      sizeBytes: file.bytes.length,
      sha256: createHash("sha256").update(file.bytes).digest("hex"),
      createdAt: now,
    })
    .returning(columns);
  if (row === undefined) throw new Error("The database kept no upload");
  return row;
}

/** What is known of a file, if it is this tenant's. */
export async function findUpload(tenant: Tenant, id: string): Promise<Upload | undefined> {
  const [row] = await tenant.sql.select(columns).from(uploads).where(own(tenant, id));
  return row;
}

/** A file with its bytes. */
export async function readUpload(
  tenant: Tenant,
  id: string,
): Promise<(Upload & { readonly bytes: Buffer }) | undefined> {
  const [row] = await tenant.sql.select().from(uploads).where(own(tenant, id));
  return row;
}

/** Removes a file; false when there is none such. */
export async function deleteUpload(tenant: Tenant, id: string): Promise<boolean> {
  const rows = await tenant.sql.delete(uploads).where(own(tenant, id)).returning({ id: uploads.id });
  return rows.length > 0;
}

/** Removes what was uploaded before a moment and stands in no draft, of every tenant. */
export async function removeOldUploads(database: Sql, before: Date): Promise<void> {
  await database.execute(sql`
    delete from ${uploads} where ${uploads.createdAt} < ${before.toISOString()}::timestamptz and not exists (
      select from ${drafts} where ${drafts.tenantId} = ${uploads.tenantId} and ${drafts.content} -> 'attachments'
        @> jsonb_build_array(jsonb_build_object('uploadId', ${uploads.id}::text)))`);
}

function own(tenant: Tenant, id: string) {
  return and(isWhole(tenant, uploads), eq(uploads.id, id));
}
