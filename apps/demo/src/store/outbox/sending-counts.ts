import { sql } from "drizzle-orm";
import { drafts } from "../../db/schema/drafts.js";
import { outbox } from "../../db/schema/outbox.js";
import { isSeen, type Tenant } from "../tenant.js";

/** How much is being written, waits for its time, is on its way, and is in doubt. */
export interface SendingCounts {
  readonly drafts: number;
  readonly scheduled: number;
  readonly underway: number;
  readonly unknown: number;
}

/** Counts what is not done with yet. */
export async function countSending(tenant: Tenant): Promise<SendingCounts> {
  const { rows } = await tenant.sql.execute<Record<keyof SendingCounts, string>>(sql`
    select (select count(*) from ${drafts} where ${isSeen(tenant, drafts)} and ${drafts.outboxId} is null) as drafts,
      count(*) filter (where ${outbox.state} = 'scheduled') as scheduled,
      count(*) filter (where ${outbox.state} in ('queued', 'sending', 'deferred', 'not-sent')) as underway,
      count(*) filter (where ${outbox.state} = 'unknown') as unknown
    from ${outbox} where ${isSeen(tenant, outbox)}
      and ${outbox.state} in ('scheduled', 'queued', 'sending', 'deferred', 'not-sent', 'unknown')`);
  const [row] = rows;
  return {
    drafts: Number(row?.drafts ?? 0),
    scheduled: Number(row?.scheduled ?? 0),
    underway: Number(row?.underway ?? 0),
    unknown: Number(row?.unknown ?? 0),
  };
}
