import { once } from "node:events";
import type { Settings } from "../config/settings.js";
import { SettingsError } from "../config/settings-error.js";
import { startJobs } from "../jobs/start-jobs.js";
import { WorkerBeat } from "../jobs/worker-beat.js";
import { answerWireLogRequests } from "../mail/gather-wire-log.js";
import { WebClients } from "../mail/web-clients.js";
import { MailFigures } from "../server/figures/mail-figures.js";
import { type Operations, operationRoutes } from "../server/routes/operation-routes.js";
import { createLog } from "./create-log.js";
import { listen } from "./listen.js";
import { createEnvironment, openMailboxDatabase } from "./open-mailbox.js";
import { programVersion } from "./program-version.js";

/** What `worker` is told on the command line. */
interface WorkerOptions {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Where lines for people go. */
  readonly print: (line: string) => void;
}

/**
 * Holds accounts and sends, and serves nobody, until it is told to end; any number of these beside any number of `serve`, over one
 * PostgreSQL. Rejects with {@link SettingsError} without one.
 */
export async function worker(settings: Settings, { signal, print }: WorkerOptions): Promise<void> {
  requireShared(settings, "worker");
  const log = createLog(settings.logLevel, process.stderr.isTTY);
  using figures = new MailFigures();
  await using database = await openMailboxDatabase(settings);
  const environment = await createEnvironment(settings, database, undefined, log);
  await using clients = new WebClients(environment);
  const id = environment.wireLog.processId;
  using _log = answerWireLogRequests(environment);
  await using jobs = await startJobs(environment, clients, { workerId: id });
  await using _beat = await WorkerBeat.start(
    database,
    { id, kind: "worker", version: programVersion() },
    () => jobs.held,
  );
  await using operations = await listenForWatchers(settings, { environment, figures, stopping: signal });
  if (operations !== undefined) print(`It tells how it is at http://localhost:${operations.port}/readyz`);
  print(`Worker ${id} of process ${process.pid} holds accounts and sends`);
  if (!signal.aborted) await once(signal, "abort");
  await jobs.stop();
}

async function listenForWatchers(
  { workerPort: port, host, metricsToken }: Settings,
  {
    figures,
    ...operations
  }: Pick<Operations, "environment" | "stopping"> & { readonly figures: MailFigures },
) {
  if (port === undefined) return undefined;
  const { registry } = figures;
  return await listen(operationRoutes({ ...operations, registry, metricsToken }).fetch, { port, host });
}

/** Throws {@link SettingsError} unless the settings name what processes apart from each other can share. */
export function requireShared({ databaseUrl, keys }: Settings, verb: string): void {
  if (databaseUrl === undefined)
    throw new SettingsError(
      `DATABASE_URL: ${verb} apart from the rest needs a PostgreSQL; the embedded one is one process's`,
    );
  if (keys === undefined)
    throw new SettingsError(
      `MAILWRIGHT_KEY: ${verb} apart from the rest needs the key that all of them have`,
    );
}
