import { randomUUID } from "node:crypto";
import { inTransaction } from "../db/in-transaction.js";
import { deliverMessage } from "../mail/outbox/deliver-message.js";
import { sendRates } from "../mail/outbox/send-limits.js";
import { Senders } from "../mail/outbox/senders.js";
import type { Account } from "../store/accounts.js";
import { findHousehold } from "../store/household.js";
import { claimOutbox } from "../store/outbox/claims.js";
import type { SendRates } from "../store/outbox/send-rates.js";
import { within } from "../store/tenant.js";
import type { Mailbox } from "./connect-mailbox.js";

/** Sends a message that is due from this process, unless a running program does, or was faster. */
export async function deliverHere(
  { environment }: Mailbox,
  household: string | undefined,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  if (environment === undefined) return;
  const { database, leaseSeconds: seconds, sendPerMinute } = environment;
  const tenant = await findHousehold(database.sql, household);
  const ratesOf = (account: Account): SendRates => sendRates(account, sendPerMinute);
  const holder = `${process.pid}-${randomUUID()}`;
  const claim = await inTransaction(database, (sql) =>
    claimOutbox(within(tenant, sql), id, holder, { seconds, ratesOf }),
  );
  if (claim === undefined) return;
  await using senders = new Senders(environment);
  await deliverMessage({ environment, senders }, tenant, claim, signal);
}
