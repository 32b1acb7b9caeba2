import { hostname } from "node:os";
import type { Database } from "../db/open-database.js";
import { beatWorker, removeWorker, type WorkerRow } from "../store/workers.js";

const BEAT_MS = 10_000;

/** Says in the table of processes that this one is alive, until it is disposed of. */
export class WorkerBeat implements AsyncDisposable {
  readonly #database: Database;
  readonly #id: string;
  readonly #timer: NodeJS.Timeout;
  readonly #beat: () => Promise<void>;
  #beating: Promise<void>;

  private constructor(
    database: Database,
    worker: Pick<WorkerRow, "id" | "kind" | "version">,
    held: () => number,
  ) {
    this.#database = database;
    this.#id = worker.id;
    const row = { ...worker, host: hostname(), pid: process.pid };
    this.#beat = () => beatWorker(database.sql, row, held());
    this.#beating = this.#beat();
    this.#timer = setInterval(() => {
      // A beat that failed is made up for by the next.
      this.#beating = this.#beat().catch(() => {});
    }, BEAT_MS);
  }

  /** Resolves when the process stands in the table. */
  static async start(
    database: Database,
    worker: Pick<WorkerRow, "id" | "kind" | "version">,
    held: () => number = () => 0,
  ): Promise<WorkerBeat> {
    const beat = new WorkerBeat(database, worker, held);
    await beat.#beating;
    return beat;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await removeWorker(this.#database.sql, this.#id).catch(() => {});
  }
}
