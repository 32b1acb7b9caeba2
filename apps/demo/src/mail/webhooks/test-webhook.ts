import { newId } from "../../db/new-id.js";
import type { Tenant } from "../../store/tenant.js";
import { addDelivery } from "../../store/webhooks/deliveries.js";
import { findWebhook, readWebhookSecret } from "../../store/webhooks/webhooks.js";
import type { MailEnvironment } from "../mail-environment.js";
import { openReceiver, type PostOutcome } from "./receiver.js";
import { writeWebhookBody } from "./webhook-body.js";

const TYPE = "webhook.test";

/**
 * Posts a trial to a webhook, whatever it waits for and also while it is paused; the log has it. `undefined` when there is
 * no such webhook.
 */
export async function testWebhook(
  environment: MailEnvironment,
  tenant: Tenant,
  id: string,
  signal: AbortSignal,
): Promise<PostOutcome | undefined> {
  const webhook = await findWebhook(tenant, id);
  const secret = webhook && (await readWebhookSecret(tenant, environment.keyring, id));
  if (webhook === undefined || secret === undefined) return undefined;
  await using receiver = openReceiver(environment, { url: webhook.url, secret });
  const event = { type: TYPE, accountId: null, data: { id }, createdAt: environment.now() };
  const body = await writeWebhookBody(tenant, event, { includesText: false });
  const outcome = await receiver.post(`test_${newId()}`, body, signal);
  await addDelivery(tenant, id, { eventId: null, type: TYPE, attempt: 1, ...outcome });
  return outcome;
}
