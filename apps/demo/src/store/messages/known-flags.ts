import { and, eq } from "drizzle-orm";
import { messages } from "../../db/schema/messages.js";
import { isSeen, type Tenant } from "../tenant.js";
import type { ServerFlags } from "./change-messages.js";

/** The messages of a folder that are stored, with the flags that are known of them. */
export async function knownFlags(tenant: Tenant, folderId: string): Promise<Map<string, ServerFlags>> {
  const { uid, seen, flagged, answered, draft } = messages;
  const rows = await tenant.sql
    .select({ uid, seen, flagged, answered, draft })
    .from(messages)
    .where(and(isSeen(tenant, messages), eq(messages.folderId, folderId)));
  return new Map(rows.map((row) => [row.uid, row]));
}
