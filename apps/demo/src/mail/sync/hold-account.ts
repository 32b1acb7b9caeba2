import { exponentialBackoff, isMailError } from "@mailwright/core";
import { inTransaction } from "../../db/in-transaction.js";
import { findAccount, setAccountStatus } from "../../store/accounts.js";
import type { Folder } from "../../store/folders.js";
import { type AccountLease, LeaseLostError, releaseLease, requireLease } from "../../store/leases.js";
import { type Tenant, within } from "../../store/tenant.js";
import { type AccountClient, openAccountClient } from "../account-client.js";
import { describeFailure, toStoredError } from "../describe-failure.js";
import type { MailEnvironment } from "../mail-environment.js";
import { leaseLost } from "./lease-lost.js";
import type { SliceTurns } from "./slice-turns.js";
import { type AccountPass, syncAccount } from "./sync-account.js";
import { type WaitOptions, waitForNews } from "./wait-for-news.js";

/** How an account is held. */
export interface HoldOptions extends WaitOptions {
  /** Aborted when it is over: the program ends, or the lease is lost. */
  readonly signal: AbortSignal;
  /** Shared by the accounts of a process. */
  readonly turns: SliceTurns;
}

const CLOSE_GRACE_MS = 2_000;
const backoff = exponentialBackoff({ baseMs: 5_000, factor: 2, maxMs: 30 * 60_000 });

/**
 * Syncs an account for as long as its lease is ours: a pass, then looks at what is new, and another pass when somebody asks, when the
 * folders are others, or when it is time. Resolves when it is aborted, when the lease is lost or the account gone; and
 * after a failure, with the reason and the next try in the account's row.
 */
export async function holdAccount(
  environment: MailEnvironment,
  tenant: Tenant,
  lease: AccountLease,
  options: HoldOptions,
): Promise<void> {
  const { signal } = options;
  let client: AccountClient | undefined;
  try {
    const account = await findAccount(tenant, lease.accountId);
    if (account === undefined) return;
    client = await openAccountClient(environment, tenant, account);
    await keepSyncing({ environment, tenant, account, lease, client, signal }, options);
  } catch (error) {
    if (error instanceof LeaseLostError || signal.reason instanceof LeaseLostError) leaseLost.publish({});
    if (!signal.aborted && !(error instanceof LeaseLostError))
      await noteFailure(environment, tenant, lease, error);
  } finally {
    await client?.client.close({ graceMs: CLOSE_GRACE_MS });
    await releaseLease(tenant, lease);
  }
}

async function keepSyncing(pass: AccountPass, options: HoldOptions): Promise<void> {
  const { turns } = options;
  let left: readonly Folder[] | undefined;
  for (;;) {
    const account = await findAccount(pass.tenant, pass.account.id);
    if (account === undefined || account.state === "paused") return;
    const slice = (): Promise<readonly Folder[]> => syncAccount({ ...pass, account }, left);
    // What was once read to its end has little to read, and waits for nobody.
    left = await (account.lastOkAt === null ? turns.run(left === undefined, pass.signal, slice) : slice());
    if (left.length > 0) continue;
    left = undefined;
    await waitForNews({ ...pass, account }, options);
  }
}

async function noteFailure(
  { database, now, log }: MailEnvironment,
  tenant: Tenant,
  lease: AccountLease,
  error: unknown,
): Promise<void> {
  const { accountId } = lease;
  // In its row: another process, or the next start of this one, does not begin with short waits again.
  const attempt = ((await findAccount(tenant, accountId))?.failures ?? 0) + 1;
  const isLogin = isMailError(error) && error.code === "authentication";
  const waitMs = (isMailError(error) ? error.retryAfterMs : undefined) ?? backoff(attempt, Math.random);
  log?.warn({ accountId, attempt, ...describeFailure(error) }, "The account could not be read");
  await inTransaction(database, async (sql) => {
    const inside = within(tenant, sql);
    await requireLease(inside, lease);
    await setAccountStatus(inside, accountId, {
      state: isLogin ? "needs-login" : "retrying",
      lastError: toStoredError(error, now()),
      failures: attempt,
      nextTryAt: isLogin ? null : new Date(now().getTime() + waitMs),
    });
  });
}
