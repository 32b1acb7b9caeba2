import { inTransaction } from "../../db/in-transaction.js";
import { ClaimLostError, type OutboxClaim, renewClaim } from "../../store/outbox/claims.js";
import { beginAttempt } from "../../store/outbox/ledger.js";
import { type Tenant, within } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";

/**
 * Writes into the ledger that an attempt begins, and resolves while the claim is certainly ours: the caller sends without waiting for anything
 * else. A process that stood still meanwhile asks for its claim anew, and with it for its place under the rate; throws
 * {@link ClaimLostError} where that is lost, and then nothing may leave.
 */
export async function beginInTime(
  { database, now }: Pick<MailEnvironment, "database" | "now">,
  tenant: Tenant,
  claim: OutboxClaim,
  startedAt: Date,
): Promise<void> {
  let since = now().getTime();
  await inTransaction(database, (sql) => beginAttempt(within(tenant, sql), claim, startedAt));
  while (now().getTime() - since >= claim.seconds * 1_000) {
    since = now().getTime();
    if (!(await renewClaim(tenant, claim)))
      throw new ClaimLostError("The claim ended before anything was sent");
  }
}
