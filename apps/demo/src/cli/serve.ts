import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createAdaptorServer } from "@hono/node-server";
import type { Settings } from "../config/settings.js";
import { startEmbeddedMail } from "../embedded/start-embedded-mail.js";
import { startJobs } from "../jobs/start-jobs.js";
import { WorkerBeat } from "../jobs/worker-beat.js";
import { nudgeAccounts } from "../mail/nudge-accounts.js";
import { WebClients } from "../mail/web-clients.js";
import { createApp } from "../server/create-app.js";
import { describeError } from "../server/describe-error.js";
import { createToken } from "../store/sessions.js";
import { hasUsers } from "../store/users.js";
import { createEnvironment, openMailboxDatabase } from "./open-mailbox.js";
import { prepareEmbeddedAccounts, SAMPLE_LOGIN } from "./prepare-embedded-accounts.js";
import { programVersion } from "./program-version.js";
import { reportSync } from "./report-sync.js";
import { requireShared } from "./worker.js";

/** What `serve` is told on the command line. */
export interface ServeOptions {
  /** Whether to bring mail servers with sample mail along, and accounts on them. */
  readonly isEmbedded: boolean;
  /** Whether it serves only, and `worker` processes hold accounts and send. */
  readonly isApart?: boolean | undefined;
  /** Between two new messages of the embedded servers. */
  readonly deliverEveryMs?: number | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Where lines for people go. */
  readonly print: (line: string) => void;
  /** Shows a line in the place of the last one; absent where nobody looks. */
  readonly show?: ((line: string) => void) | undefined;
}

const DELIVER_EVERY_MS = 30_000;

/** Serves the mailbox until it is told to end; then everything is closed in its order, the database last. */
export async function serve(settings: Settings, options: ServeOptions): Promise<void> {
  const { isEmbedded, isApart = false, signal, print } = options;
  const { dataFolder } = settings;
  if (isApart) requireShared(settings, "serve");
  if (isEmbedded)
    print(`Opening the mailbox in ${settings.databaseUrl === undefined ? dataFolder : "PostgreSQL"} …`);
  await using database = await openMailboxDatabase(settings);
  await using mail = isEmbedded
    ? await startEmbeddedMail(new Date(), join(dataFolder, "mail.json"))
    : undefined;
  const environment = await createEnvironment(settings, database, mail);
  if (mail !== undefined) await prepareEmbeddedAccounts(environment, mail);
  await using clients = new WebClients(environment);
  const id = randomUUID();
  await using jobs = isApart ? undefined : await startJobs(environment, clients, { workerId: id });
  await using _beat = await WorkerBeat.start(
    database,
    { id, kind: isApart ? "serve" : "all", version: programVersion() },
    () => jobs?.held ?? 0,
  );
  const setupToken = createToken();
  const entry = mail && { token: createToken(), email: SAMPLE_LOGIN.email };
  const app = createApp({
    environment,
    clients,
    nudge: (accountId) => void nudgeAccounts(database, [accountId]).catch(() => {}),
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
