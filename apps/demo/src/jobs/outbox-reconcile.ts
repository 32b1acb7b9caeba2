import { z } from "zod";
import { reconcileMessage } from "../mail/outbox/reconcile-message.js";
import { claimCheck } from "../store/outbox/changes.js";
import { wholeTenant } from "../store/tenant.js";
import { defineQueue } from "./queue.js";

/** Looks for what became of a message, if it is time and nobody else does. */
export const outboxReconcile = defineQueue({
  name: "outbox.reconcile",
  payload: z.object({ tenantId: z.uuid(), id: z.uuid() }),
  atOnce: 4,
  // The row says when it is looked for again.
  retry: { limit: 0, delaySeconds: 0 },
  expireSeconds: 1_200,
  async handle(context, { tenantId, id }) {
    const tenant = wholeTenant(tenantId, context.environment.database.sql);
    const entry = await claimCheck(tenant, id);
    if (entry !== undefined) await reconcileMessage(context, tenant, entry);
  },
});
