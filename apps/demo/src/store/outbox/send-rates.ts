import { and, eq, sql } from "drizzle-orm";
import { sendRates } from "../../db/schema/outbox.js";
import type { Tenant } from "../tenant.js";
import { askRate, type Rate } from "./rate-window.js";

/** How fast an account may send. What is left out has no limit. */
export interface SendRates {
  readonly messages?: Rate | undefined;
  readonly recipients?: Rate | undefined;
}

/**
 * Asks whether an account may send one more message now, of all processes together; false says no, and that nobody asks again
 * before it may be yes. In the transaction that claims the message, so that what is not claimed is not counted.
 */
export async function mayStartSend(
  tenant: Tenant,
  accountId: string,
  rates: SendRates,
  recipients: number,
): Promise<boolean> {
  const { messages, recipients: perRecipient } = rates;
  if (messages === undefined && perRecipient === undefined) return true;
  // Writes nothing new, but keeps all others waiting until this transaction ends.
  const [row] = await tenant.sql
    .insert(sendRates)
    .values({ accountId, tenantId: tenant.id })
    .onConflictDoUpdate({ target: sendRates.accountId, set: { accountId } })
    .returning({
      messages: sendRates.messages,
      recipients: sendRates.recipients,
      now: sql<string>`extract(epoch from clock_timestamp()) * 1000`,
    });
  if (row === undefined) throw new Error("The database kept no rate");
  const now = Math.floor(Number(row.now));
  const asked = [
    messages === undefined ? { grants: row.messages } : askRate(messages, row.messages, 1, now),
    perRecipient === undefined
      ? { grants: row.recipients }
      : askRate(perRecipient, row.recipients, recipients, now),
  ] as const;
  const readyAt = Math.max(...asked.map((one) => ("readyAt" in one ? one.readyAt : 0)));
  const [forMessages, forRecipients] = asked;
  const change =
    "grants" in forMessages && "grants" in forRecipients
      ? { messages: forMessages.grants, recipients: forRecipients.grants }
      : { blockedUntil: new Date(readyAt) };
  await tenant.sql
    .update(sendRates)
    .set(change)
    .where(and(eq(sendRates.tenantId, tenant.id), eq(sendRates.accountId, accountId)));
  return !("blockedUntil" in change);
}
