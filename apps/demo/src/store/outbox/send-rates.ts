import { and, eq, sql } from "drizzle-orm";
import { type Grant, outbox, sendRates } from "../../db/schema/outbox.js";
import type { Tenant } from "../tenant.js";
import type { OutboxEntry } from "./entry.js";
import { askRate, type Rate } from "./rate-window.js";

/** How fast an account may send. What is left out has no limit. */
export interface SendRates {
  readonly messages?: Rate | undefined;
  readonly recipients?: Rate | undefined;
}

/**
 * When a server may still take a message of which nobody hears any more: it waits for a sender that stands still
 * (RFC 5321 §4.5.3.2), and so long the system goes on with what it was given to send.
 */
const DOUBT_MS = 10 * 60_000;

/**
 * Asks whether an account may send one more message now, of all processes together; `"no"` says that nobody asks again before it may be
 * yes, `"unlimited"` that nobody counts. In the transaction that claims the message: from its commit on the message counts, by its state,
 * and nobody else is answered before.
 */
export async function askToSend(
  tenant: Tenant,
  accountId: string,
  rates: SendRates,
  recipients: number,
): Promise<"yes" | "no" | "unlimited"> {
  if (rates.messages === undefined && rates.recipients === undefined) return "unlimited";
  const row = await lockRates(tenant, accountId);
  // Only now, when nobody else changes them: a statement sees what was committed before it began.
  const underWay = await countUnderWay(tenant, accountId);
  const now = Math.floor(Number(row.now));
  const ask = (rate: Rate | undefined, sent: readonly Grant[], taken: number, count: number) =>
    rate === undefined ? { sent } : askRate(rate, { sent, underWay: taken }, count, now);
  const messages = ask(rates.messages, row.messages, underWay.messages, 1);
  const toRecipients = ask(rates.recipients, row.recipients, underWay.recipients, recipients);
  const isGranted = "sent" in messages && "sent" in toRecipients;
  const readyAt = [messages, toRecipients].map((one) => ("readyAt" in one ? one.readyAt : 0));
  const change = isGranted
    ? { messages: messages.sent, recipients: toRecipients.sent }
    : { blockedUntil: new Date(Math.max(...readyAt)) };
  await tenant.sql.update(sendRates).set(change).where(ofAccount(tenant, accountId));
  return isGranted ? "yes" : "no";
}

/**
 * Counts a message as sent at this moment, with the change of its state, in one transaction; one of which nobody knows what becomes of it as
 * late as it may still arrive. One of which nothing left is given back.
 */
export async function countSent(
  tenant: Tenant,
  { accountId, envelope, begun }: OutboxEntry,
  isInDoubt: boolean,
): Promise<void> {
  const at = sql`floor(extract(epoch from clock_timestamp()) * 1000) + ${isInDoubt ? DOUBT_MS : 0}::bigint`;
  const one = (count: number) => sql`jsonb_build_array(jsonb_build_array(${at}, ${at}, ${count}::int))`;
  const change = begun
    ? {
        messages: sql`${sendRates.messages} || ${one(1)}`,
        recipients: sql`${sendRates.recipients} || ${one(envelope.recipients.length)}`,
      }
    : { blockedUntil: null };
  await tenant.sql.update(sendRates).set(change).where(ofAccount(tenant, accountId));
}

/** Reads what an account has sent, and keeps all others who ask for it waiting until the transaction ends. */
async function lockRates(tenant: Tenant, accountId: string) {
  const read = async () =>
    await tenant.sql
      .select({
        messages: sendRates.messages,
        recipients: sendRates.recipients,
        now: sql<string>`extract(epoch from clock_timestamp()) * 1000`,
      })
      .from(sendRates)
      .where(ofAccount(tenant, accountId))
      .for("update");
  const [known] = await read();
  if (known !== undefined) return known;
  await tenant.sql.insert(sendRates).values({ accountId, tenantId: tenant.id }).onConflictDoNothing();
  const [made] = await read();
  if (made === undefined) throw new Error("The database kept no rate");
  return made;
}

async function countUnderWay(tenant: Tenant, accountId: string) {
  const { rows } = await tenant.sql.execute<{ messages: number; recipients: number }>(sql`
    select count(*)::int as messages,
      coalesce(sum(jsonb_array_length(${outbox.envelope} -> 'recipients')), 0)::int as recipients
    from ${outbox}
    where ${outbox.leaseUntil} is not null and ${outbox.state} = 'sending'
      and ${outbox.tenantId} = ${tenant.id} and ${outbox.accountId} = ${accountId}`);
  return rows[0] ?? { messages: 0, recipients: 0 };
}

function ofAccount(tenant: Tenant, accountId: string) {
  return and(eq(sendRates.tenantId, tenant.id), eq(sendRates.accountId, accountId));
}
