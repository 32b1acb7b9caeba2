import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import lockfile from "proper-lockfile";
import type { DatabaseThreadData } from "./database-thread.js";
import { removeSocket } from "./remove-socket.js";

/** PGlite in a thread of its own. */
export interface DatabaseThread {
  /** The folder of the socket, as `host` of a client's settings. */
  readonly host: string;
  /** The port that the socket's name carries. */
  readonly port: number;
  /** Whether the folder is locked, by us since we are alive: who loses the lock ends. */
  isLocked(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Two programs on one folder would each write over what the other committed. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** The lock of a program that was killed is taken over after so long. */
const STALE_MS = 15_000;
const PORT = 5432;
/** The name of a socket may have 107 bytes on Linux, 103 elsewhere. */
const MAX_SOCKET_PATH_BYTES = 100;
// The compiled file in both cases: tests run from src, and a worker needs JavaScript.
const THREAD = new URL("../../dist/db/database-thread.js", import.meta.url);

/**
 * Starts the thread on a data folder, locked against a second program; in memory without a folder. Rejects with
 * {@link FolderInUseError} when the lock is not free after the wait.
 */
export async function startDatabaseThread(
  givenFolder: string | undefined,
  lockWaitSeconds: number,
): Promise<DatabaseThread> {
  // To a client a relative path is the name of a host.
  const dataFolder = givenFolder === undefined ? undefined : resolve(givenFolder);
  const unlock = dataFolder === undefined ? async () => {} : await lockFolder(dataFolder, lockWaitSeconds);
  const sockets = await chooseSocketFolder(dataFolder);
  const socketPath = join(sockets.folder, `.s.PGSQL.${PORT}`);
  try {
    // Left behind by a program that was killed; the lock says that it is nobody's now.
    await removeSocket(socketPath);
    const folder = dataFolder === undefined ? undefined : join(dataFolder, "pglite");
    const worker = await startWorker({ folder, socketPath });
    return {
      host: sockets.folder,
      port: PORT,
      isLocked: async () =>
        dataFolder === undefined || (await lockfile.check(dataFolder, lockOptions(dataFolder))),
      async stop() {
        const ended = once(worker, "exit");
        worker.postMessage("stop");
        await ended;
        await sockets.remove();
        await unlock();
      },
    };
  } catch (error) {
    await sockets.remove();
    await unlock();
    throw error;
  }
}

async function lockFolder(folder: string, waitSeconds: number): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  try {
    const retries = { retries: waitSeconds, factor: 1, minTimeout: 1_000 };
    return await lockfile.lock(folder, { ...lockOptions(folder), update: STALE_MS / 3, retries });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
    const text = `${folder} is in use by another program (or was until less than 15 seconds ago)`;
    throw new FolderInUseError(text, { cause: error });
  }
}

function lockOptions(folder: string) {
  return { lockfilePath: join(folder, "lock"), stale: STALE_MS };
}

async function chooseSocketFolder(dataFolder: string | undefined) {
  if (
    dataFolder !== undefined &&
    Buffer.byteLength(join(dataFolder, `.s.PGSQL.${PORT}`)) <= MAX_SOCKET_PATH_BYTES
  )
    return { folder: dataFolder, remove: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), "mailwright-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function startWorker(workerData: DatabaseThreadData): Promise<Worker> {
  const worker = new Worker(THREAD, { workerData });
  // An error of the thread rejects here.
  await once(worker, "message");
  return worker;
}
