import { enqueue } from "../../db/enqueue.js";
import { inTransaction } from "../../db/in-transaction.js";
import { type Account, setAccountStatus } from "../../store/accounts.js";
import {
  type Folder,
  findFolder,
  listFolders,
  readCursor,
  replaceFolders,
  setFolderProgress,
} from "../../store/folders.js";
import { type AccountLease, requireLease } from "../../store/leases.js";
import { hurryChanges } from "../../store/messages/wanted-changes.js";
import { type Tenant, within } from "../../store/tenant.js";
import type { AccountClient } from "../account-client.js";
import { listOnServer } from "../list-folders.js";
import type { MailEnvironment } from "../mail-environment.js";
import { SliceBudget } from "./slice-budget.js";
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

/**
 * One slice of a pass over an account: its inbox first, then the other folders by turns, until the slice is over. Answers
 * with the folders that are left, which the next slice is given; "live" is written when none are.
 */
export async function syncAccount(pass: AccountPass, left?: readonly Folder[]): Promise<readonly Folder[]> {
  const { environment, account, signal } = pass;
  const budget = new SliceBudget(environment.slice);
  let waiting = left ?? (await beginPass(pass));
  for (;;) {
    const [folder, ...others] = waiting;
    if (folder === undefined) break;
    if (budget.isSpent) return withInbox(pass, waiting);
    signal.throwIfAborted();
    const isInbox = folder.role === "inbox";
    if (!(await readFolder(pass, folder, budget)))
      // Of each of the others there is something to see soon; the inbox is read to its end first.
      waiting = isInbox ? waiting : [...others, folder];
    else {
      waiting = others;
      if (isInbox) budget.allowBatch();
    }
  }
  const status = {
    state: "live",
    lastOkAt: environment.now(),
    lastError: null,
    nextTryAt: null,
    failures: 0,
  } as const;
  await asHolder(pass, async (inside) => {
    // What waited for the server waits no longer.
    if (account.failures > 0 && (await hurryChanges(inside, account.id)) > 0)
      await enqueue(inside.sql, "flags.push", [{ tenantId: inside.id, accountId: account.id }]);
    await setAccountStatus(inside, account.id, status);
  });
  return [];
}

async function beginPass(pass: AccountPass): Promise<readonly Folder[]> {
  const { account, signal } = pass;
  const folders = await listOnServer(pass.client, signal);
  const stored = await asHolder(pass, (inside) => replaceFolders(inside, account.id, folders));
  if (account.state === "new" || stored.some(({ lastPassAt }) => lastPassAt === null))
    await asHolder(pass, (inside) => setAccountStatus(inside, account.id, { state: "syncing" }));
  return stored.filter(({ isSelectable }) => isSelectable);
}

/** What arrives while large folders are read is not kept waiting for their end. */
async function withInbox({ tenant, account }: AccountPass, left: readonly Folder[]): Promise<Folder[]> {
  const inboxes = (await listFolders(tenant, account.id)).filter(
    ({ role, isSelectable }) => role === "inbox" && isSelectable,
  );
  const known = new Set(inboxes.map(({ id }) => id));
  return [...inboxes, ...left.filter(({ id }) => !known.has(id))];
}

/** Reads of a folder what the slice has room for; answers whether that was all. */
async function readFolder(pass: AccountPass, { id }: Folder, budget: SliceBudget): Promise<boolean> {
  const { environment, tenant, account, lease, client, signal } = pass;
  const { now } = environment;
  // As it is by now: an earlier slice may have emptied it, and somebody may have renamed it.
  const folder = await findFolder(tenant, id);
  if (folder === undefined) return true;
  const cursor = await readCursor(tenant, id);
  const maxMessages = budget.messagesLeft;
  const since = wantedSince(account);
  const options = { signal, now, maxMessages, since, returnsSince: returnsSince(account, folder) };
  for await (const batch of syncFolder(client, folder.path, cursor, options)) {
    await storeBatch(environment, tenant, lease, folder, batch);
    budget.spend(batch.added.length);
    if (budget.isSpent) return false;
  }
  await asHolder(pass, (inside) => setFolderProgress(inside, id, { lastPassAt: now() }));
  return true;
}

/** From when on something may have come back to a folder that this account sent: servers' clocks differ by less than a day. */
export function returnsSince({ createdAt }: Account, { role }: Pick<Folder, "role">): Date | undefined {
  return role === "inbox" ? new Date(createdAt.getTime() - DAY_MS) : undefined;
}

/** From when on an account's mail is wanted here; a day that stays, so that what was read is never too old later. */
export function wantedSince({ createdAt, syncDays }: Account): Date | undefined {
  return syncDays === null ? undefined : new Date(createdAt.getTime() - syncDays * DAY_MS);
}

async function asHolder<T>(
  { environment, tenant, lease }: AccountPass,
  task: (inside: Tenant) => Promise<T>,
): Promise<T> {
  return await inTransaction(environment.database, async (sql) => {
    const inside = within(tenant, sql);
    await requireLease(inside, lease);
    return await task(inside);
  });
}
