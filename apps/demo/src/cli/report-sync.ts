import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../db/open-database.js";
import { listAccounts } from "../store/accounts.js";
import { listFolders } from "../store/folders.js";
import { listTenantIds, wholeTenant } from "../store/tenant.js";

/** Where the report goes. */
interface ReportOptions {
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
  /** Shows a line in the place of the last one; absent where nobody looks. */
  readonly show?: ((line: string) => void) | undefined;
}

const LOOK_EVERY_MS = 250;

/** Tells how far the first syncs are, and of each account when it is in sync, or why it is not. */
export async function reportSync(database: Database, { signal, print, show }: ReportOptions): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    const accounts = await readProgress(database);
    for (const { id, address, state, done, reason } of accounts) {
      if (told.has(id) || state === "new" || state === "syncing") continue;
      told.add(id);
      print(state === "live" ? `${address}: ${done} messages, up to date` : `${address}: ${reason}`);
    }
    const open = accounts.filter(({ id }) => !told.has(id));
    if (open.length === 0) return;
    show?.(open.map(({ address, done, all }) => `${address}: ${done} of ${all}`).join(", "));
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function readProgress({ sql }: Database) {
  const tenants = (await listTenantIds(sql)).map((id) => wholeTenant(id, sql));
  const accounts = await Promise.all(
    tenants.map(async (tenant) => {
      const folders = await listFolders(tenant);
      return (await listAccounts(tenant)).map(({ id, address, kind, state, lastError }) => {
        const own = folders.filter(({ accountId }) => accountId === id);
        const done = own.reduce((sum, { total }) => sum + total, 0);
        const all = own.reduce((sum, { toSync, total }) => sum + (toSync ?? total), 0);
        const reason = lastError?.server ?? lastError?.message ?? state;
        return { id, address: `${address} (${kind.toUpperCase()})`, state, done, all, reason };
      });
    }),
  );
  return accounts.flat();
}
