import { inTransaction } from "../../db/in-transaction.js";
import { claimChanges } from "../../store/messages/wanted-changes.js";
import { type Tenant, within } from "../../store/tenant.js";
import { groupChanges } from "./group-changes.js";
import { type ChangeWork, letWait, tryChanges } from "./try-changes.js";

/** Messages that one command names. */
const BATCH = 500;

/** Tries the changes of an account that are due. When the server is still away, the rest waits without another try. */
export async function pushChanges(work: ChangeWork, tenant: Tenant, accountId: string): Promise<void> {
  const { database } = work.environment;
  for (;;) {
    const claimed = await inTransaction(database, (sql) =>
      claimChanges(within(tenant, sql), accountId, BATCH),
    );
    if (claimed.length === 0) return;
    const groups = groupChanges(claimed);
    for (const [index, group] of groups.entries()) {
      const tried = await tryChanges(work, tenant, group, { isAnswered: false });
      if (tried.type !== "waiting") continue;
      const rest = groups.slice(index + 1).flat();
      await inTransaction(database, (sql) => letWait(within(tenant, sql), rest, tried.error));
      return;
    }
  }
}
