import { and, asc, eq, getTableColumns } from "drizzle-orm";
import { enqueue } from "../db/enqueue.js";
import { newId } from "../db/new-id.js";
import { accounts, leases, type StoredError, type StoredServer } from "../db/schema/accounts.js";
import { type Keyring, seal, unseal } from "./envelope.js";
import { addEvents } from "./events.js";
import { revokeLease } from "./leases.js";
import { isSeen, type Tenant } from "./tenant.js";

/** What an account logs in with; sealed in the database, never in an answer. */
export interface AccountSecret {
  readonly incoming: LoginSecret;
  readonly outgoing?: LoginSecret | undefined;
}

/** A password, or a token of OAuth. */
export type LoginSecret = { readonly password: string } | { readonly accessToken: string };

/** What an account is doing. */
type AccountState = (typeof accounts.$inferSelect)["state"];

/** An account as everybody may see it. */
export type Account = Omit<typeof accounts.$inferSelect, "secret" | "keyId" | "tenantId">;

/** What is chosen when an account is added. */
export interface NewAccount {
  readonly name: string;
  readonly address: string;
  readonly colour: string;
  readonly kind: "imap" | "pop3";
  readonly incoming: StoredServer;
  readonly outgoing?: StoredServer | undefined;
  readonly syncDays?: number | undefined;
}

/** What may be changed about an account. */
export interface AccountChanges {
  readonly name?: string | undefined;
  readonly colour?: string | undefined;
  readonly signature?: string | undefined;
  readonly incoming?: StoredServer | undefined;
  readonly outgoing?: StoredServer | undefined;
  readonly secret?: AccountSecret | undefined;
}

/** How an account is doing. */
export interface AccountStatus {
  readonly state: AccountState;
  readonly lastOkAt?: Date | undefined;
  readonly lastError?: StoredError | null | undefined;
  readonly nextTryAt?: Date | null | undefined;
  /** In a row. */
  readonly failures?: number | undefined;
}

const { secret: _secret, keyId: _keyId, tenantId: _tenantId, ...shown } = getTableColumns(accounts);

/** Whose an account is, as {@link isSeen} asks of every table. */
const owner = { tenantId: accounts.tenantId, accountId: accounts.id };

/** Adds an account; it is synced as soon as somebody takes it. */
export async function createAccount(
  tenant: Tenant,
  keyring: Keyring,
  account: NewAccount,
  secret: AccountSecret,
): Promise<Account> {
  const id = newId();
  const sealed = seal(keyring, secretPlace(tenant.id, id), JSON.stringify(secret));
  const [row] = await tenant.sql
    .insert(accounts)
    .values({ ...account, id, tenantId: tenant.id, secret: sealed.bytes, keyId: sealed.keyId })
    .returning(shown);
  if (row === undefined) throw new Error("The database kept no account");
  await addEvents(tenant, [{ type: "account.added", accountId: id, data: { id } }]);
  await enqueue(tenant.sql, "account.hold", [{ accountId: id }]);
  return row;
}

/** The accounts of a tenant in the order in which they were added. */
export async function listAccounts(tenant: Tenant): Promise<Account[]> {
  return await tenant.sql.select(shown).from(accounts).where(isSeen(tenant, owner)).orderBy(asc(accounts.id));
}

/** One account, if it is this tenant's. */
export async function findAccount(tenant: Tenant, id: string): Promise<Account | undefined> {
  const [row] = await tenant.sql.select(shown).from(accounts).where(own(tenant, id));
  return row;
}

/** What an account logs in with. */
export async function readAccountSecret(
  tenant: Tenant,
  keyring: Keyring,
  id: string,
): Promise<AccountSecret | undefined> {
  const [row] = await tenant.sql
    .select({ keyId: accounts.keyId, bytes: accounts.secret })
    .from(accounts)
    .where(own(tenant, id));
  return row === undefined ? undefined : JSON.parse(unseal(keyring, secretPlace(tenant.id, id), row));
}

/** Changes an account; with another login or server it is tried at once. */
export async function updateAccount(
  tenant: Tenant,
  keyring: Keyring,
  id: string,
  { secret, ...changes }: AccountChanges,
): Promise<Account | undefined> {
  const sealed = secret && seal(keyring, secretPlace(tenant.id, id), JSON.stringify(secret));
  const isTriedAnew = sealed !== undefined || changes.incoming !== undefined;
  const set = {
    ...changes,
    ...(sealed && { secret: sealed.bytes, keyId: sealed.keyId }),
    ...(isTriedAnew && { state: "new" as const, nextTryAt: null, lastError: null, failures: 0 }),
  };
  if (Object.values(set).every((value) => value === undefined)) return await findAccount(tenant, id);
  // Whoever holds it has the old login. First, as its holder does: two who take both in different orders would wait for each other.
  if (isTriedAnew) await revokeLease(tenant, id);
  const [row] = await tenant.sql.update(accounts).set(set).where(own(tenant, id)).returning(shown);
  if (row === undefined) return undefined;
  await tellState(tenant, row);
  if (isTriedAnew) await enqueue(tenant.sql, "account.hold", [{ accountId: id }]);
  return row;
}

/** Writes how an account is doing, and tells it when that is news. */
export async function setAccountStatus(tenant: Tenant, id: string, status: AccountStatus): Promise<void> {
  const [row] = await tenant.sql
    .update(accounts)
    .set({ ...status })
    .where(own(tenant, id))
    .returning(shown);
  if (row !== undefined) await tellState(tenant, row);
}

/** Removes an account with all its mail from this database; the server keeps its own. */
export async function deleteAccount(tenant: Tenant, id: string): Promise<boolean> {
  // First, as its holder does: two who take both in different orders would wait for each other.
  await tenant.sql.delete(leases).where(and(isSeen(tenant, leases), eq(leases.accountId, id)));
  const rows = await tenant.sql.delete(accounts).where(own(tenant, id)).returning({ id: accounts.id });
  if (rows.length > 0) await addEvents(tenant, [{ type: "account.removed", accountId: id, data: { id } }]);
  return rows.length > 0;
}

async function tellState(
  tenant: Tenant,
  { id, state, lastError, nextTryAt, lastOkAt, failures }: Account,
): Promise<void> {
  const data = { id, state, lastError, nextTryAt, lastOkAt, failures };
  await addEvents(tenant, [{ type: "account.state", accountId: id, data }]);
}

function own(tenant: Tenant, id: string) {
  return and(isSeen(tenant, owner), eq(accounts.id, id));
}

/** Where alone the secret of an account opens. */
export function secretPlace(tenantId: string, id: string): string {
  return `${tenantId}/${id}/secret`;
}
