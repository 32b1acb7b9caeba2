import { z } from "zod";
import { findFreeAccount } from "../store/leases.js";
import { defineQueue } from "./queue.js";

/** Somebody shall take an account. The lease decides who does; the job ends then, and holding goes on. */
export const accountHold = defineQueue({
  name: "account.hold",
  payload: z.object({ accountId: z.uuid() }),
  atOnce: 4,
  retry: { limit: 0, delaySeconds: 0 },
  expireSeconds: 60,
  async handle({ environment, holder }, { accountId }) {
    const free = await findFreeAccount(environment.database.sql, accountId);
    if (free !== undefined) await holder.take(free);
  },
});
