import { inTransaction } from "../../db/in-transaction.js";
import { type Account, setAccountStatus } from "../../store/accounts.js";
import { type Folder, readCursor, replaceFolders, setFolderProgress } from "../../store/folders.js";
import { type AccountLease, requireLease } from "../../store/leases.js";
import type { Tenant } from "../../store/tenant.js";
import type { AccountClient } from "../account-client.js";
import { listOnServer } from "../list-folders.js";
import type { MailEnvironment } from "../mail-environment.js";
import { storeBatch } from "./store-batch.js";
import { syncFolder } from "./sync-folder.js";

const DAY_MS = 86_400_000;

/** What a pass over an account works with. */
export interface AccountPass {
  readonly environment: MailEnvironment;
  readonly tenant: Tenant;
  readonly account: Account;
  readonly lease: AccountLease;
  readonly client: AccountClient;
  readonly signal: AbortSignal;
}

/** Reads the folders of an account and what is new in each, inboxes first. "Live" is written when all are done. */
export async function syncAccount(pass: AccountPass): Promise<void> {
  const { environment, account, signal } = pass;
  const folders = await listOnServer(pass.client, signal);
  const stored = await asHolder(pass, (inside) => replaceFolders(inside, account.id, folders));
  if (account.state === "new" || stored.some(({ lastPassAt }) => lastPassAt === null))
    await asHolder(pass, (inside) => setAccountStatus(inside, account.id, { state: "syncing" }));
  for (const folder of stored.filter(({ isSelectable }) => isSelectable)) {
    signal.throwIfAborted();
    await syncOne(pass, folder);
  }
  const status = { state: "live", lastOkAt: environment.now(), lastError: null, nextTryAt: null } as const;
  await asHolder(pass, (inside) => setAccountStatus(inside, account.id, status));
}

async function syncOne(pass: AccountPass, folder: Folder): Promise<void> {
  const { environment, tenant, account, lease, client, signal } = pass;
  const { now } = environment;
  const cursor = await readCursor(tenant, folder.id);
  const options = { signal, now, returnsSince: returnsSince(account, folder) };
  for await (const batch of syncFolder(client, folder.path, cursor, options))
    await storeBatch(environment, tenant, lease, folder, batch);
  await asHolder(pass, (inside) => setFolderProgress(inside, folder.id, { lastPassAt: now() }));
}

/** From when on something may have come back to a folder that this account sent: servers' clocks differ by less than a day. */
export function returnsSince({ createdAt }: Account, { role }: Pick<Folder, "role">): Date | undefined {
  return role === "inbox" ? new Date(createdAt.getTime() - DAY_MS) : undefined;
}

async function asHolder<T>(
  { environment, tenant, lease }: AccountPass,
  task: (inside: Tenant) => Promise<T>,
): Promise<T> {
  return await inTransaction(environment.database, async (sql) => {
    const inside = { id: tenant.id, sql };
    await requireLease(inside, lease);
    return await task(inside);
  });
}
