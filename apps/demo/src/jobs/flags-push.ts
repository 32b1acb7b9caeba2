import { z } from "zod";
import { pushChanges } from "../mail/changes/push-changes.js";
import { wholeTenant } from "../store/tenant.js";
import { defineQueue } from "./queue.js";

/** Makes the changes of an account's messages that its server was not there for; the rows say which and when. */
export const flagsPush = defineQueue({
  name: "flags.push",
  payload: z.object({ tenantId: z.uuid(), accountId: z.uuid() }),
  atOnce: 4,
  // The rows say when they are tried again.
  retry: { limit: 0, delaySeconds: 0 },
  expireSeconds: 600,
  async handle({ environment, clients }, { tenantId, accountId }) {
    await pushChanges({ environment, clients }, wholeTenant(tenantId, environment.database.sql), accountId);
  },
});
