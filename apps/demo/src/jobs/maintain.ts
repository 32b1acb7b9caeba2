import { z } from "zod";
import { removeOldEvents } from "../store/events.js";
import { removeSentDrafts } from "../store/outbox/drafts.js";
import { removeOldUploads } from "../store/outbox/uploads.js";
import { removeOldRates } from "../store/request-rates.js";
import { removeOldSessions } from "../store/sessions.js";
import { vacuum } from "../store/vacuum.js";
import { removeOldWireLogs } from "../store/wire-logs.js";
import { removeOldWorkers } from "../store/workers.js";
import { defineQueue } from "./queue.js";

const DAY_MS = 86_400_000;
const EVENT_DAYS = 7;
const WORKER_DAYS = 1;
const UPLOAD_DAYS = 1;
const WIRE_LOG_DAYS = 1;

/** Removes what is over; every night, and a while after each start. */
export const maintain = defineQueue({
  name: "maintain",
  payload: z.object({}),
  atOnce: 1,
  retry: { limit: 1, delaySeconds: 60 },
  expireSeconds: 600,
  cron: "30 3 * * *",
  async handle({ environment: { database } }) {
    const now = Date.now();
    await removeOldEvents(database.sql, new Date(now - EVENT_DAYS * DAY_MS));
    await removeOldSessions(database.sql, new Date(now));
    await removeOldRates(database.sql, new Date(now));
    await removeSentDrafts(database.sql);
    await removeOldUploads(database.sql, new Date(now - UPLOAD_DAYS * DAY_MS));
    await removeOldWorkers(database.sql, new Date(now - WORKER_DAYS * DAY_MS));
    await removeOldWireLogs(database.sql, new Date(now - WIRE_LOG_DAYS * DAY_MS));
    // PostgreSQL does so by itself.
    if (database.kind === "pglite") await vacuum(database.sql);
  },
});
