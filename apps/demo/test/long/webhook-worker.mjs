/** Tells one webhook what it waits for. A program of its own, on the compiled files, since a process is what is killed. */
import { openDatabase } from "../../dist/db/open-database.js";
import { deliverWebhook } from "../../dist/mail/webhooks/deliver-webhook.js";
import { WireLog } from "../../dist/mail/wire-log.js";
import { createKeyring } from "../../dist/store/envelope.js";

const { DATABASE_URL: url = "", WEBHOOK: webhook = "", TENANT: tenant = "" } = process.env;
const database = await openDatabase({ url });
const environment = {
  database,
  keyring: createKeyring([{ id: "k1", key: Buffer.alloc(32, 7) }]),
  wireLog: new WireLog(),
  webPolicy: () => true,
  now: () => new Date(),
};
await deliverWebhook(environment, { id: tenant, sql: database.sql }, webhook, {
  holder: "worker",
  signal: new AbortController().signal,
});
await database.close();
