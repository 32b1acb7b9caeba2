import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import { readKeyFile } from "../config/key-file.js";
import type { Settings } from "../config/settings.js";
import { type Database, openDatabase } from "../db/open-database.js";
import { startEmbeddedMail } from "../embedded/start-embedded-mail.js";
import { OutboxRunner } from "../jobs/outbox-runner.js";
import { createHostPolicy } from "../mail/host-policy.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { AccountHolder } from "../mail/sync/account-holder.js";
import { WebClients } from "../mail/web-clients.js";
import { WireLog } from "../mail/wire-log.js";
import { createApp } from "../server/create-app.js";
import { describeError } from "../server/describe-error.js";
import { createKeyring } from "../store/envelope.js";
import { removeOldEvents } from "../store/events.js";
import { releaseAllLeases } from "../store/leases.js";
import { endAllClaims } from "../store/outbox/claims.js";
import { createToken, removeOldSessions } from "../store/sessions.js";
import { hasUsers } from "../store/users.js";
import { prepareEmbeddedAccounts, SAMPLE_LOGIN } from "./prepare-embedded-accounts.js";
import { reportSync } from "./report-sync.js";

/** What `serve` is told on the command line. */
export interface ServeOptions {
  /** Whether to bring mail servers with sample mail along, and accounts on them. */
  readonly isEmbedded: boolean;
  /** Between two new messages of the embedded servers. */
  readonly deliverEveryMs?: number | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Where lines for people go. */
  readonly print: (line: string) => void;
  /** Shows a line in the place of the last one; absent where nobody looks. */
  readonly show?: ((line: string) => void) | undefined;
}

const LOCK_WAIT_SECONDS = 20;
const EVENT_DAYS = 7;
const DAY_MS = 86_400_000;
const DELIVER_EVERY_MS = 30_000;
const MAINTAIN_EVERY_MS = 3_600_000;

/** Serves the mailbox until it is told to end; then everything is closed in its order, the database last. */
export async function serve(settings: Settings, options: ServeOptions): Promise<void> {
  const { isEmbedded, signal, print } = options;
  const { dataFolder } = settings;
  if (isEmbedded)
    print(`Opening the mailbox in ${settings.databaseUrl === undefined ? dataFolder : "PostgreSQL"} …`);
  await using database = await open(settings);
  await using mail = isEmbedded
    ? await startEmbeddedMail(new Date(), join(dataFolder, "mail.json"))
    : undefined;
  const keys = settings.keys ?? (await readKeyFile(dataFolder));
  const environment: MailEnvironment = {
    database,
    keyring: createKeyring(keys),
    hostPolicy: createHostPolicy({
      hosts: [...settings.allowHosts, ...(mail === undefined ? [] : [mail.host])],
      ports: [...settings.allowPorts, ...Object.values(mail?.ports ?? {})],
    }),
    ca: mail?.ca,
    wireLog: new WireLog(),
    now: () => new Date(),
  };
  if (mail !== undefined) await prepareEmbeddedAccounts(environment, mail);
  await maintain(database);
  // The folder's lock is ours: whoever holds an account or sends a message there was killed.
  if (database.kind === "pglite")
    await Promise.all([releaseAllLeases, endAllClaims].map((end) => end(database.sql)));
  const maintaining = setInterval(() => void maintain(database).catch(() => {}), MAINTAIN_EVERY_MS).unref();
  await using clients = new WebClients(environment);
  await using holder = new AccountHolder(environment);
  await using _outbox = new OutboxRunner(environment, clients);
  const setupToken = createToken();
  const entry = mail && { token: createToken(), email: SAMPLE_LOGIN.email };
  const app = createApp({
    environment,
    clients,
    nudge: (accountId) => holder.nudge(accountId),
    setupToken,
    entry,
    proxyKey: randomBytes(32),
    pageFolder: fileURLToPath(new URL("../web", import.meta.url)),
    url: settings.url,
    stopping: signal,
    onError: (error, requestId) => print(`Error in request ${requestId}: ${describeError(error)}`),
  });
  await using server = await listen(app.fetch, settings, { isAnyPort: isEmbedded });
  const url = settings.url?.origin ?? `http://localhost:${server.port}`;
  print(`Mailwright is at ${url}/ (API: ${url}/api/v1/openapi.json)`);
  if (entry !== undefined) {
    print(`Open ${url}/enter?token=${entry.token}`);
    print(`or log in as ${SAMPLE_LOGIN.email} with the password ${SAMPLE_LOGIN.password}. Ctrl-C ends it.`);
  } else if (!(await hasUsers(database.sql))) print(`Begin at ${url}/setup?token=${setupToken}`);
  const reporting = mail && reportSync(database, options).catch(() => {});
  mail?.keepDelivering(options.deliverEveryMs ?? DELIVER_EVERY_MS);
  if (!signal.aborted) await once(signal, "abort");
  if (isEmbedded) print("Ending …");
  clearInterval(maintaining);
  await reporting;
}

async function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]["fetch"],
  { port, host }: Settings,
  { isAnyPort }: { readonly isAnyPort: boolean },
) {
  const server = createAdaptorServer({ fetch });
  const listenAt = async (at: number): Promise<void> => {
    server.listen(at, host);
    await once(server, "listening");
  };
  await listenAt(port).catch(async (error: unknown) => {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken || !isAnyPort) throw error;
    await listenAt(0);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      // Streams of events have been told to end; a browser that keeps its connection open holds nothing up.
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}

async function open({ databaseUrl, dataFolder }: Settings): Promise<Database> {
  if (databaseUrl !== undefined) return await openDatabase({ url: databaseUrl });
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  return await openDatabase({ folder: dataFolder, lockWaitSeconds: LOCK_WAIT_SECONDS });
}

async function maintain({ sql }: Database): Promise<void> {
  const now = Date.now();
  await removeOldEvents(sql, new Date(now - EVENT_DAYS * DAY_MS));
  await removeOldSessions(sql, new Date(now));
}
