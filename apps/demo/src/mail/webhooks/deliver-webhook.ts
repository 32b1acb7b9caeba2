import { inTransaction } from "../../db/in-transaction.js";
import { isForOthers, readEvents } from "../../store/events.js";
import { type Tenant, within } from "../../store/tenant.js";
import {
  claimWebhook,
  moveWebhook,
  releaseWebhook,
  renewWebhook,
  settleDelivery,
  type WebhookClaim,
} from "../../store/webhooks/claims.js";
import { readWebhookSecret } from "../../store/webhooks/webhooks.js";
import type { MailEnvironment } from "../mail-environment.js";
import { openReceiver, type Receiver } from "./receiver.js";
import { type ToldEvent, writeWebhookBody } from "./webhook-body.js";

/** Who delivers. */
export interface DeliveryRun {
  /** Names it in the claim. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** A receiver answers within this time. */
  readonly timeoutMs?: number | undefined;
}

interface Told extends ToldEvent {
  readonly id: number;
}

const PAGE_EVENTS = 50;

/**
 * Tells a webhook of what it waits for, one event after the other: each until it was taken, at least once. Does nothing when somebody
 * else does so at this moment. Killed anywhere, the next one begins with the event that nobody knows to have been taken.
 */
export async function deliverWebhook(
  environment: MailEnvironment,
  tenant: Tenant,
  id: string,
  run: DeliveryRun,
): Promise<void> {
  const claim = await claimWebhook(tenant, id, run.holder);
  if (claim === undefined) return;
  try {
    const secret = await readWebhookSecret(tenant, environment.keyring, id);
    if (secret === undefined) return;
    await using receiver = openReceiver(environment, { url: claim.url, secret }, run.timeoutMs);
    await tellAll(environment, tenant, claim, receiver, run.signal);
  } finally {
    await releaseWebhook(tenant, claim);
  }
}

async function tellAll(
  environment: MailEnvironment,
  tenant: Tenant,
  claim: WebhookClaim,
  receiver: Receiver,
  signal: AbortSignal,
): Promise<void> {
  let { cursor, failures } = claim;
  for (;;) {
    const page = await readEvents(tenant, cursor, PAGE_EVENTS);
    const events: readonly Told[] = page.isGone ? [missed(page.latest, environment.now())] : page.events;
    const last = events.at(-1);
    if (last === undefined) return;
    for (const event of events) {
      if (!isWanted(claim, event)) continue;
      if (!(await tell(event))) return;
      failures = 0;
    }
    cursor = last.id;
    // Past those too that it is not told of.
    if (!(await moveWebhook(tenant, claim, cursor))) return;
  }

  /** Whether it was taken, and the next one may be told. */
  async function tell(event: Told): Promise<boolean> {
    const body = await writeWebhookBody(tenant, event, claim);
    // Just before: the claim outlasts the time that a receiver has.
    if (signal.aborted || !(await renewWebhook(tenant, claim))) return false;
    const outcome = await receiver.post(`evt_${event.id}`, body, signal);
    // The program ends, and nobody knows whether it was taken: it is told again.
    if (signal.aborted && outcome.error !== null) return false;
    const isMine = await inTransaction(environment.database, (sql) => {
      const delivery = { eventId: event.id, type: event.type, ...outcome };
      return settleDelivery(within(tenant, sql), claim, failures, delivery);
    });
    return isMine && outcome.error === null;
  }
}

function isWanted({ events, accountId }: WebhookClaim, event: Told): boolean {
  if (event.type === RESET) return true;
  if (!isForOthers(event.type)) return false;
  const isOfAccount = accountId === null || event.accountId === accountId;
  return isOfAccount && (events.length === 0 || events.includes(event.type));
}

/** Told where events are gone that this webhook had not been told of. */
const RESET = "events.reset";

function missed(id: number, createdAt: Date): Told {
  return { id, type: RESET, accountId: null, data: {}, createdAt };
}
