/**
 * The thread that PGlite runs in, behind a socket: a long query blocks this thread and not the program's event loop.
 * Started by `start-database-thread.ts`; ends when it is told to, after the database has been closed.
 */
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

/** What the thread is started with. */
export interface DatabaseThreadData {
  /** Where the files lie; nowhere (in memory) without it. */
  readonly folder: string | undefined;
  readonly socketPath: string;
}

if (parentPort === null) throw new Error("database-thread.js is started as a worker");
const port = parentPort;
const { folder, socketPath }: DatabaseThreadData = workerData;
const database = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
// With one connection only, the client's next connection after an error is refused while the last one still ends.
const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 4 });
await server.start();

port.on("message", async () => {
  await server.stop();
  await database.close();
  port.close();
});
port.postMessage("ready");
