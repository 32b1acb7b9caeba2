import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Settings } from "../config/settings.js";
import { startEmbeddedMail } from "../embedded/start-embedded-mail.js";
import { startJobs } from "../jobs/start-jobs.js";
import { WorkerBeat } from "../jobs/worker-beat.js";
import { answerWireLogRequests } from "../mail/gather-wire-log.js";
import { nudgeAccounts } from "../mail/nudge-accounts.js";
import { WebClients } from "../mail/web-clients.js";
import { createApp } from "../server/create-app.js";
import { createLocalApp } from "../server/create-local-app.js";
import { describeError } from "../server/describe-error.js";
import { MailFigures } from "../server/figures/mail-figures.js";
import type { Services } from "../server/services.js";
import { createToken } from "../store/sessions.js";
import { hasUsers } from "../store/users.js";
import { createLog } from "./create-log.js";
import { listen } from "./listen.js";
import { listenLocally } from "./local-socket.js";
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
  // Who looks at sample mail on a terminal reads what is printed.
  const log = createLog(isEmbedded ? "error" : settings.logLevel, process.stderr.isTTY);
  using figures = new MailFigures();
  await using database = await openMailboxDatabase(settings);
  await using mail = isEmbedded
    ? await startEmbeddedMail(new Date(), join(dataFolder, "mail.json"))
    : undefined;
  const environment = await createEnvironment(settings, database, mail, log);
  if (mail !== undefined) await prepareEmbeddedAccounts(environment, mail);
  await using clients = new WebClients(environment);
  const id = environment.wireLog.processId;
  using _log = answerWireLogRequests(environment);
  await using jobs = isApart ? undefined : await startJobs(environment, clients, { workerId: id });
  await using _beat = await WorkerBeat.start(
    database,
    { id, kind: isApart ? "serve" : "all", version: programVersion() },
    () => jobs?.held ?? 0,
  );
  const setupToken = createToken();
  const entry = mail && { token: createToken(), email: SAMPLE_LOGIN.email };
  const services: Services = {
    environment,
    clients,
    nudge: (accountId) => void nudgeAccounts(database, [accountId]).catch(() => {}),
    setupToken,
    entry,
    proxyKey: randomBytes(32),
    pageFolder: fileURLToPath(new URL("../web", import.meta.url)),
    url: settings.url,
    stopping: signal,
    figures,
    metricsToken: settings.metricsToken,
    onError: (error, requestId) => log.error({ requestId, reason: describeError(error) }, "request failed"),
  };
  await using server = await listen(createApp(services).fetch, { ...settings, isAnyPort: isEmbedded });
  await using _socket =
    database.kind === "pglite" ? await listenLocally(createLocalApp(services).fetch, dataFolder) : undefined;
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
  // While accounts and messages are given up, requests are answered still; `/readyz` says that it ends.
  await jobs?.stop();
  await reporting;
}
