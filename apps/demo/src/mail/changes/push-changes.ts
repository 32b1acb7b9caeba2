import { inTransaction } from "../../db/in-transaction.js";
import { type ChangeError, type ClaimedChange, claimChanges } from "../../store/messages/wanted-changes.js";
import { type Tenant, within } from "../../store/tenant.js";
import { describeFailure, PROGRAM_FAILED } from "../describe-failure.js";
import { groupChanges } from "./group-changes.js";
import { type ChangeWork, letWait, toChangeError, tryChanges } from "./try-changes.js";

/** Messages that one command names. */
const BATCH = 500;

/**
 * Tries the changes of an account that are due. When the server is still away, the rest waits without another try. Where the program
 * fails at some, those wait as if the server were away, and the rest is tried.
 */
export async function pushChanges(work: ChangeWork, tenant: Tenant, accountId: string): Promise<void> {
  const { database, log } = work.environment;
  const wait = (changes: readonly ClaimedChange[], error: ChangeError): Promise<void> =>
    inTransaction(database, (sql) => letWait(within(tenant, sql), changes, error));
  for (;;) {
    const claimed = await inTransaction(database, (sql) =>
      claimChanges(within(tenant, sql), accountId, BATCH),
    );
    if (claimed.length === 0) return;
    const groups = groupChanges(claimed);
    for (const [index, group] of groups.entries()) {
      const trying = tryChanges(work, tenant, group, { isAnswered: false });
      const tried = await trying.catch(async (error: unknown) => {
        log?.error({ accountId, ...describeFailure(error) }, "Changes of messages failed");
        await wait(group, PROGRAM_FAILED);
        return undefined;
      });
      if (tried?.type !== "waiting") continue;
      await wait(groups.slice(index + 1).flat(), toChangeError(tried.error));
      return;
    }
  }
}
