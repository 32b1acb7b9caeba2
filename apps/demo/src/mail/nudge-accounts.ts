import { enqueue } from "../db/enqueue.js";
import { inTransaction } from "../db/in-transaction.js";
import type { Database } from "../db/open-database.js";
import { wakeAfter } from "../db/wakes.js";

/** What the holder of an account listens for. */
export function nudgeTopic(accountId: string): string {
  return `account ${accountId}`;
}

/** Asks for a pass over accounts now: of who holds each, in whatever process that is, or of whoever takes it. */
export async function nudgeAccounts(database: Database, accountIds: readonly string[]): Promise<void> {
  await inTransaction(database, async (sql) => {
    await enqueue(
      sql,
      "account.hold",
      accountIds.map((accountId) => ({ accountId })),
    );
    for (const accountId of accountIds) wakeAfter(sql, nudgeTopic(accountId));
  });
}
