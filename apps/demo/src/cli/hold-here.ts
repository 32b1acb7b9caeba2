import { AccountHolder } from "../mail/sync/account-holder.js";
import { findHousehold } from "../store/household.js";
import type { Mailbox } from "./connect-mailbox.js";

/**
 * Keeps an account in sync from this process while a task runs, unless another program is there that does: then it is
 * asked, and the task sees what that one comes to.
 */
export async function whileHeld<T>(
  { environment }: Mailbox,
  accountId: string,
  household: string | undefined,
  task: () => Promise<T>,
): Promise<T> {
  if (environment === undefined) return await task();
  const { id: tenantId } = await findHousehold(environment.database.sql, household);
  await using holder = new AccountHolder(environment);
  await holder.take({ tenantId, accountId });
  return await task();
}
