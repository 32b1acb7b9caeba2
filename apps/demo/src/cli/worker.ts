import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Settings } from "../config/settings.js";
import { SettingsError } from "../config/settings-error.js";
import { startJobs } from "../jobs/start-jobs.js";
import { WorkerBeat } from "../jobs/worker-beat.js";
import { WebClients } from "../mail/web-clients.js";
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
  await using database = await openMailboxDatabase(settings);
  const environment = await createEnvironment(settings, database);
  await using clients = new WebClients(environment);
  const id = randomUUID();
  await using jobs = await startJobs(environment, clients, { workerId: id });
  await using _beat = await WorkerBeat.start(
    database,
    { id, kind: "worker", version: programVersion() },
    () => jobs.held,
  );
  print(`Worker ${id} of process ${process.pid} holds accounts and sends`);
  if (!signal.aborted) await once(signal, "abort");
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
