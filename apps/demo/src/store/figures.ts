import { and, count, desc, eq, gt, isNotNull, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { accounts, leases, type StoredError } from "../db/schema/accounts.js";
import { outbox, outboxAttempts } from "../db/schema/outbox.js";
import { isSeen, type Tenant } from "./tenant.js";

/** What waits and what goes on in the whole database, for who watches over it. */
export interface DatabaseFigures {
  readonly jobs: readonly { readonly queue: string; readonly state: string; readonly count: number }[];
  readonly outbox: Readonly<Record<string, number>>;
  /** Since the last pass of the account that waits longest for its next one. */
  readonly syncLagSeconds: number;
}

/** Counts jobs, messages on their way out and how far behind accounts are, of all tenants. */
export async function readDatabaseFigures(database: Sql): Promise<DatabaseFigures> {
  const { rows: lags } = await database.execute<{ lag: number }>(sql`
    select coalesce(extract(epoch from now() - min(coalesce(last_ok_at, created_at))), 0)::float8 as lag
    from accounts where state not in ('paused', 'needs-login')`);
  // What is done is removed at once: there are as many as wait or run.
  const { rows: jobs } = await database.execute<{ queue: string; state: string; count: number }>(sql`
    select name as queue, state::text as state, count(*)::int as count from pgboss.job group by 1, 2`);
  const states = await database
    .select({ state: outbox.state, count: count() })
    .from(outbox)
    .groupBy(outbox.state);
  return {
    jobs,
    outbox: Object.fromEntries(states.map((row) => [row.state, row.count])),
    syncLagSeconds: lags[0]?.lag ?? 0,
  };
}

/** An error of an account or of an attempt to send, as the status shows it. */
interface RecentError extends StoredError {
  readonly accountId: string;
  /** The message that it was about, when it was about one. */
  readonly outboxId: string | null;
}

/** What a tenant's messages on their way out come to. */
interface OutboxFigures {
  readonly states: Readonly<Record<string, number>>;
  /** Of those that were accepted for sending in the last day. */
  readonly lastDay: Readonly<Record<string, number>>;
  /** How many are tried again by themselves, and when the first of them is. */
  readonly retries: number;
  readonly nextTryAt: Date | null;
}

/** Counts a tenant's messages on their way out. */
export async function readOutboxFigures(tenant: Tenant): Promise<OutboxFigures> {
  const rows = await tenant.sql
    .select({
      state: outbox.state,
      count: count(),
      lastDay: sql<number>`(count(*) filter (where ${outbox.createdAt} > now() - interval '1 day'))::int`,
      retries: sql<number>`(count(*) filter (where ${outbox.attempt} > 0 and ${outbox.nextTryAt} is not null))::int`,
      nextTryAt: sql<string | null>`min(${outbox.nextTryAt}) filter (where ${outbox.attempt} > 0)`,
    })
    .from(outbox)
    .where(isSeen(tenant, outbox))
    .groupBy(outbox.state);
  const moments = rows.flatMap(({ nextTryAt }) =>
    nextTryAt === null ? [] : [new Date(nextTryAt).getTime()],
  );
  return {
    states: Object.fromEntries(rows.map((row) => [row.state, row.count])),
    lastDay: Object.fromEntries(rows.flatMap((row) => (row.lastDay > 0 ? [[row.state, row.lastDay]] : []))),
    retries: rows.reduce((sum, row) => sum + row.retries, 0),
    nextTryAt: moments.length === 0 ? null : new Date(Math.min(...moments)),
  };
}

/** A tenant's newest errors, those of accounts that are well again not among them. */
export async function listRecentErrors(tenant: Tenant, limit: number): Promise<RecentError[]> {
  const owner = { tenantId: accounts.tenantId, accountId: accounts.id };
  const ofAccounts = await tenant.sql
    .select({ accountId: accounts.id, error: accounts.lastError })
    .from(accounts)
    .where(and(isSeen(tenant, owner), isNotNull(accounts.lastError)));
  const ofAttempts = await tenant.sql
    .select({ accountId: outbox.accountId, outboxId: outbox.id, error: outboxAttempts.error })
    .from(outboxAttempts)
    .innerJoin(
      outbox,
      and(eq(outbox.id, outboxAttempts.outboxId), eq(outbox.tenantId, outboxAttempts.tenantId)),
    )
    .where(
      and(eq(outboxAttempts.tenantId, tenant.id), isSeen(tenant, outbox), isNotNull(outboxAttempts.error)),
    )
    // Ids begin with the time.
    .orderBy(desc(outboxAttempts.outboxId), desc(outboxAttempts.attempt))
    .limit(limit);
  return [...ofAccounts.map((row) => ({ ...row, outboxId: null })), ...ofAttempts]
    .flatMap(({ error, ...row }) => (error === null ? [] : [{ ...error, ...row }]))
    .sort((one, other) => other.at.localeCompare(one.at))
    .slice(0, limit);
}

/** Who syncs a tenant's accounts now. */
export async function listLeases(tenant: Tenant) {
  const { accountId, holder, epoch, expiresAt } = leases;
  return await tenant.sql
    .select({ accountId, holder, epoch, expiresAt })
    .from(leases)
    .where(and(isSeen(tenant, leases), gt(expiresAt, sql`now()`)));
}
