import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createAdaptorServer } from "@hono/node-server";
import { readKeyFile } from "../config/key-file.js";
import type { Settings } from "../config/settings.js";
import { type Database, openDatabase } from "../db/open-database.js";
import { startEmbeddedMail } from "../embedded/start-embedded-mail.js";
import { AccountHolder } from "../mail/account-holder.js";
import { createHostPolicy } from "../mail/host-policy.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { WebClients } from "../mail/web-clients.js";
import { WireLog } from "../mail/wire-log.js";
import { createApp } from "../server/create-app.js";
import { createKeyring } from "../store/envelope.js";
import { removeOldEvents } from "../store/events.js";
import { releaseAllLeases } from "../store/leases.js";
import { removeOldSessions } from "../store/sessions.js";
import { hasUsers } from "../store/users.js";
import { prepareEmbeddedAccounts, SAMPLE_LOGIN } from "./prepare-embedded-accounts.js";

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
}

const LOCK_WAIT_SECONDS = 20;
const EVENT_DAYS = 7;
const DAY_MS = 86_400_000;
const DELIVER_EVERY_MS = 30_000;
const MAINTAIN_EVERY_MS = 3_600_000;

/** Serves the mailbox until it is told to end; then everything is closed in its order, the database last. */
export async function serve(settings: Settings, options: ServeOptions): Promise<void> {
  const { isEmbedded, signal, print } = options;
  await using mail = isEmbedded ? await startEmbeddedMail(new Date()) : undefined;
  await using database = await open(settings);
  const keys = settings.keys ?? (await readKeyFile(settings.dataFolder));
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
  // The folder's lock is ours: whoever holds an account there was killed.
  if (database.kind === "pglite") await releaseAllLeases(database.sql);
  const maintaining = setInterval(() => void maintain(database).catch(() => {}), MAINTAIN_EVERY_MS).unref();
  await using clients = new WebClients(environment);
  await using holder = new AccountHolder(environment);
  const setupToken = randomBytes(24).toString("base64url");
  const app = createApp({
    environment,
    clients,
    nudge: (accountId) => holder.nudge(accountId),
    setupToken,
    proxyKey: randomBytes(32),
    url: settings.url,
    stopping: signal,
    // An error of the database carries the values of its statement: only what the database itself said is shown.
    onError: (error, requestId) => print(`Error in request ${requestId}: ${describe(error)}`),
  });
  await using server = await listen(app.fetch, settings);
  const url = settings.url?.origin ?? `http://localhost:${server.port}`;
  print(`Mailwright is at ${url}/ (API: ${url}/api/v1/openapi.json)`);
  if (mail !== undefined) print(`Log in as ${SAMPLE_LOGIN.email} with the password ${SAMPLE_LOGIN.password}`);
  else if (!(await hasUsers(database.sql))) print(`Begin at ${url}/setup?token=${setupToken}`);
  mail?.keepDelivering(options.deliverEveryMs ?? DELIVER_EVERY_MS);
  if (!signal.aborted) await once(signal, "abort");
  clearInterval(maintaining);
}

async function listen(fetch: Parameters<typeof createAdaptorServer>[0]["fetch"], { port, host }: Settings) {
  const server = createAdaptorServer({ fetch });
  server.listen(port, host);
  await once(server, "listening");
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

function describe(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
