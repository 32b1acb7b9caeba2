import { mkdir } from "node:fs/promises";
import { readKeyFile } from "../config/key-file.js";
import type { Settings } from "../config/settings.js";
import { type Database, openDatabase } from "../db/open-database.js";
import type { EmbeddedMail } from "../embedded/start-embedded-mail.js";
import { createHostPolicy, createWebPolicy } from "../mail/host-policy.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import type { MailLog } from "../mail/mail-log.js";
import { WireLog } from "../mail/wire-log.js";
import { createKeyring } from "../store/envelope.js";
import { releaseAllLeases } from "../store/leases.js";
import { endAllClaims } from "../store/outbox/claims.js";
import { endWebhookClaims } from "../store/webhooks/claims.js";
import { removeOldWorkers } from "../store/workers.js";

const LOCK_WAIT_SECONDS = 20;

/** Opens the database that the settings name, and makes it ready after a program that was killed. */
export async function openMailboxDatabase(
  { databaseUrl, dataFolder, leaseSeconds }: Settings,
  lockWaitSeconds: number = LOCK_WAIT_SECONDS,
): Promise<Database> {
  if (databaseUrl !== undefined)
    return await openDatabase({ url: databaseUrl, stalledAfterMs: leaseSeconds * 1_000 });
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const database = await openDatabase({ folder: dataFolder, lockWaitSeconds });
  // The folder's lock is ours: whoever held an account or sent a message there was killed.
  await releaseAllLeases(database.sql);
  await endAllClaims(database.sql);
  await endWebhookClaims(database.sql);
  await removeOldWorkers(database.sql, new Date());
  return database;
}

/** What everything that speaks with mail servers shares, as the settings say; `mail` is what this process serves itself. */
export async function createEnvironment(
  settings: Settings,
  database: Database,
  mail?: EmbeddedMail,
  log?: MailLog,
): Promise<MailEnvironment> {
  const keys = settings.keys ?? (await readKeyFile(settings.dataFolder));
  return {
    database,
    keyring: createKeyring(keys),
    hostPolicy: createHostPolicy({
      hosts: [...settings.allowHosts, ...(mail === undefined ? [] : [mail.host])],
      ports: [...settings.allowPorts, ...Object.values(mail?.ports ?? {})],
    }),
    webPolicy: createWebPolicy(settings.allowHosts),
    ca: mail?.ca,
    wireLog: new WireLog(),
    log,
    leaseSeconds: settings.leaseSeconds,
    sendPerMinute: settings.sendPerMinute,
    now: () => new Date(),
  };
}
