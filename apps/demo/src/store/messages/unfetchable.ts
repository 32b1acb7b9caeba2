import { and, asc, eq, sql } from "drizzle-orm";
import { unfetchable } from "../../db/schema/messages.js";
import type { Tenant } from "../tenant.js";

/** A message that its server would not give. */
export interface UnfetchableMessage {
  readonly folderId: string;
  readonly uid: string;
  readonly error: string;
  readonly tries: number;
  readonly lastAt: Date;
}

/** Notes that a server would not give some messages, with its words. */
export async function noteUnfetchable(
  tenant: Tenant,
  folderId: string,
  uids: readonly string[],
  error: string,
  now: Date,
): Promise<void> {
  if (uids.length === 0) return;
  await tenant.sql
    .insert(unfetchable)
    .values(uids.map((uid) => ({ tenantId: tenant.id, folderId, uid, error, lastAt: now })))
    .onConflictDoUpdate({
      target: [unfetchable.folderId, unfetchable.uid],
      set: { error, lastAt: now, tries: sql`${unfetchable.tries} + 1` },
    });
}

/** Forgets those that came after all, or are gone. */
export async function forgetUnfetchable(
  tenant: Tenant,
  folderId: string,
  uids: readonly string[],
): Promise<void> {
  if (uids.length === 0) return;
  await tenant.sql
    .delete(unfetchable)
    .where(
      and(
        eq(unfetchable.tenantId, tenant.id),
        eq(unfetchable.folderId, folderId),
        sql`${unfetchable.uid} = any(${sql.param([...uids])}::text[])`,
      ),
    );
}

/** The messages of a folder that its server would not give. */
export async function listUnfetchable(tenant: Tenant, folderId: string): Promise<UnfetchableMessage[]> {
  const { folderId: folder, uid, error, tries, lastAt } = unfetchable;
  return await tenant.sql
    .select({ folderId: folder, uid, error, tries, lastAt })
    .from(unfetchable)
    .where(and(eq(unfetchable.tenantId, tenant.id), eq(folder, folderId)))
    .orderBy(asc(unfetchable.id));
}
