import { z } from "zod";
import { inTransaction } from "../db/in-transaction.js";
import { deliverMessage } from "../mail/outbox/deliver-message.js";
import { sendRates } from "../mail/outbox/send-limits.js";
import type { Account } from "../store/accounts.js";
import { claimOutbox } from "../store/outbox/claims.js";
import type { SendRates } from "../store/outbox/send-rates.js";
import { wholeTenant } from "../store/tenant.js";
import { defineQueue } from "./queue.js";

/** Sends a message of the outbox, if it is due and nobody else does: its row decides, by the claim. */
export const outboxSend = defineQueue({
  name: "outbox.send",
  payload: z.object({ tenantId: z.uuid(), id: z.uuid() }),
  atOnce: 8,
  // The row says when it is tried again.
  retry: { limit: 0, delaySeconds: 0 },
  expireSeconds: 1_200,
  async handle(context, { tenantId, id }, signal) {
    const { database, leaseSeconds: seconds, sendPerMinute } = context.environment;
    const ratesOf = (account: Account): SendRates => sendRates(account, sendPerMinute);
    const claim = await inTransaction(database, (sql) =>
      claimOutbox(wholeTenant(tenantId, sql), id, context.workerId, { seconds, ratesOf }),
    );
    if (claim !== undefined)
      await deliverMessage(context, wholeTenant(tenantId, database.sql), claim, signal);
  },
});
