import { and, eq, sql } from "drizzle-orm";
import { bodies, messages, type StoredAttachment } from "../../db/schema/messages.js";
import { isSeen, type Tenant } from "../tenant.js";

/** What is read when a message is opened. */
export interface MessageBody {
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: readonly (readonly [string, string])[];
  readonly attachments: readonly StoredAttachment[];
  readonly defects: readonly string[];
}

/** The body of one message, if it is this tenant's. */
export async function findBody(tenant: Tenant, id: number): Promise<MessageBody | undefined> {
  const [row] = await tenant.sql
    .select({
      text: bodies.text,
      html: bodies.html,
      headers: bodies.headers,
      attachments: bodies.attachments,
      defects: bodies.defects,
    })
    .from(bodies)
    .where(own(tenant, id));
  return row;
}

/** The bytes of a message, where they are kept: a POP3 server cannot be asked for one part. */
export async function findSource(tenant: Tenant, id: number): Promise<Buffer | undefined> {
  const [row] = await tenant.sql.select({ source: bodies.source }).from(bodies).where(own(tenant, id));
  return row?.source ?? undefined;
}

function own(tenant: Tenant, id: number) {
  const isSeenToo =
    tenant.accountIds === undefined
      ? undefined
      : sql`exists (select from ${messages} where ${isSeen(tenant, messages)} and ${messages.id} = ${id})`;
  return and(eq(bodies.tenantId, tenant.id), eq(bodies.messageId, id), isSeenToo);
}
