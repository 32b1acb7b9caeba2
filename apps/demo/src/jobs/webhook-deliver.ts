import { z } from "zod";
import { deliverWebhook } from "../mail/webhooks/deliver-webhook.js";
import { wholeTenant } from "../store/tenant.js";
import { defineQueue } from "./queue.js";

/** Tells a webhook what it waits for, if nobody else does: its row decides, by the claim and the cursor. */
export const webhookDeliver = defineQueue({
  name: "webhook.deliver",
  payload: z.object({ tenantId: z.uuid(), id: z.uuid() }),
  atOnce: 8,
  // The row says when it is tried again.
  retry: { limit: 0, delaySeconds: 0 },
  expireSeconds: 1_200,
  async handle({ environment, workerId }, { tenantId, id }, signal) {
    const tenant = wholeTenant(tenantId, environment.database.sql);
    await deliverWebhook(environment, tenant, id, { holder: workerId, signal });
  },
});
