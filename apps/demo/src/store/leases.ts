import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Sql } from "../db/open-database.js";
import { accounts, leases } from "../db/schema/accounts.js";
import { currentMoment } from "./current-moment.js";
import { isSeen, type Tenant } from "./tenant.js";

/** The right to sync an account. Its epoch is higher than that of any holder before. */
export interface AccountLease {
  readonly accountId: string;
  readonly holder: string;
  readonly epoch: number;
}

/** Somebody else holds the account now: what was about to be written must not be. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** How long a lease of an account, or a claim of a message, lasts without a renewal. */
export const LEASE_SECONDS = 30;

const term = (seconds: number) => sql`now() + make_interval(secs => ${seconds}::double precision)`;

/** Takes an account that is free, or whose holder has been silent too long; by the clock of the database. */
export async function claimLease(
  tenant: Tenant,
  accountId: string,
  holder: string,
  seconds: number = LEASE_SECONDS,
): Promise<AccountLease | undefined> {
  const { rows } = await tenant.sql.execute<{ epoch: string }>(sql`
    insert into leases (account_id, tenant_id, holder, epoch, expires_at)
    values (${accountId}, ${tenant.id}, ${holder}, 1, ${term(seconds)})
    on conflict (account_id) do update
      set holder = excluded.holder, epoch = leases.epoch + 1, expires_at = excluded.expires_at
      where leases.expires_at < now() and leases.tenant_id = excluded.tenant_id
    returning epoch`);
  const [row] = rows;
  return row === undefined ? undefined : { accountId, holder, epoch: Number(row.epoch) };
}

/**
 * Takes an account from whoever holds it, for a moment: what that one has read and not yet written is void, and read again
 * after the release.
 */
export async function takeLease(tenant: Tenant, accountId: string, holder: string): Promise<AccountLease> {
  const { rows } = await tenant.sql.execute<{ epoch: string }>(sql`
    insert into leases (account_id, tenant_id, holder, epoch, expires_at)
    values (${accountId}, ${tenant.id}, ${holder}, 1, ${term(LEASE_SECONDS)})
    on conflict (account_id) do update
      set holder = excluded.holder, epoch = leases.epoch + 1, expires_at = excluded.expires_at
      where leases.tenant_id = excluded.tenant_id
    returning epoch`);
  return { accountId, holder, epoch: Number(rows[0]?.epoch) };
}

/**
 * Puts the end of many leases off in one statement, and answers with the accounts whose lease is still ours, and whether the account
 * was paused meanwhile. The others are another's by now, or nobody's: what was given back while a renewal was under way stays free.
 */
export async function renewLeases(
  database: Sql,
  renewed: readonly AccountLease[],
  seconds: number = LEASE_SECONDS,
): Promise<ReadonlyMap<string, { readonly isPaused: boolean }>> {
  const { rows } = await database.execute<{ accountId: string; isPaused: boolean }>(sql`
    update leases set expires_at = ${term(seconds)}
    from ${asRows(renewed)} join accounts on accounts.id = mine."accountId"
    where ${isMine} and leases.expires_at > '-infinity'
    returning leases.account_id as "accountId", accounts.state = 'paused' as "isPaused"`);
  return new Map(rows.map(({ accountId, isPaused }) => [accountId, { isPaused }]));
}

/** An account that was looked at while it was held. */
export interface NotedLook {
  readonly lease: AccountLease;
  readonly at: Date;
}

/** Notes in one statement when accounts were looked at, of those that are in order and whose lease is still ours. */
export async function noteLooks(database: Sql, looks: readonly NotedLook[]): Promise<void> {
  const rows = looks.map(({ lease, at }) => ({ ...lease, at }));
  await database.execute(sql`
    update accounts set last_ok_at = mine.at from ${asRows(rows)} join leases on ${isMine}
    where accounts.id = mine."accountId" and accounts.state = 'live'
      and accounts.last_ok_at < mine.at`);
}

const isMine = sql`leases.account_id = mine."accountId" and leases.holder = mine.holder and leases.epoch = mine.epoch`;

function asRows(held: readonly (AccountLease & { readonly at?: Date })[]): SQL {
  return sql`jsonb_to_recordset(${JSON.stringify(held)}::jsonb)
    as mine("accountId" uuid, holder text, epoch bigint, at timestamptz)`;
}

/** Frees the accounts of everybody: for a program that knows to be the only one, and that the last one was killed. */
export async function releaseAllLeases(database: Sql): Promise<void> {
  await database.update(leases).set({ expiresAt: sql`'-infinity'` });
}

/** Takes an account from whoever holds it and gives it to nobody: what that one has read and not yet written is void. */
export async function revokeLease(tenant: Tenant, accountId: string): Promise<void> {
  await tenant.sql
    .update(leases)
    .set({ epoch: sql`${leases.epoch} + 1`, expiresAt: sql`'-infinity'` })
    .where(and(isSeen(tenant, leases), eq(leases.accountId, accountId)));
}

/** Gives an account back, for the next one to take at once. Its epoch stays, so that the next is a higher one. */
export async function releaseLease(tenant: Tenant, lease: AccountLease): Promise<void> {
  await tenant.sql.update(leases).set({ expiresAt: sql`'-infinity'` }).where(ofLease(tenant, lease));
}

/**
 * Throws {@link LeaseLostError} unless the lease is still the newest, and keeps it so until the transaction ends: a
 * holder that was stalled and overtaken writes nothing.
 */
export async function requireLease(tenant: Tenant, lease: AccountLease): Promise<void> {
  const rows = await tenant.sql
    .select({ epoch: leases.epoch })
    .from(leases)
    .where(ofLease(tenant, lease))
    .for("share");
  if (rows.length === 0) throw new LeaseLostError(`Another program holds the account ${lease.accountId} now`);
}

/** An account that somebody may take, of any tenant. */
export interface FreeAccount {
  readonly tenantId: string;
  readonly accountId: string;
}

/** The accounts, of all tenants, that nobody holds and that are due. */
export async function listFreeAccounts(database: Sql): Promise<FreeAccount[]> {
  return await selectFree(database, sql`true`);
}

/** An account, if nobody holds it and it is due. */
export async function findFreeAccount(database: Sql, accountId: string): Promise<FreeAccount | undefined> {
  const [free] = await selectFree(database, eq(accounts.id, accountId));
  return free;
}

async function selectFree(database: Sql, condition: SQL): Promise<FreeAccount[]> {
  const { rows } = await database.execute<{ tenantId: string; accountId: string }>(sql`
    select ${accounts.tenantId} as "tenantId", ${accounts.id} as "accountId"
    from ${accounts} left join ${leases} on ${leases.accountId} = ${accounts.id}
    where ${condition} and ${accounts.state} not in ('paused', 'needs-login')
      and (${accounts.nextTryAt} is null or ${accounts.nextTryAt} <= ${currentMoment})
      and (${leases.accountId} is null or ${leases.expiresAt} < now())
    order by ${accounts.id}`);
  return rows;
}

function ofLease(tenant: Tenant, { accountId, holder, epoch }: AccountLease) {
  return and(
    eq(leases.tenantId, tenant.id),
    eq(leases.accountId, accountId),
    eq(leases.holder, holder),
    eq(leases.epoch, epoch),
  );
}
