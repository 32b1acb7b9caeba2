import { setTimeout as sleep } from "node:timers/promises";
import type PgBoss from "pg-boss";
import type { Database } from "../db/open-database.js";
import { LookLoop } from "./look-loop.js";
import type { JobContext, Queue } from "./queue.js";

/** What is asked for is told at once; this is for what was missed, and for what comes again after a failure. */
const LOOK_EVERY_MS = 10_000;
/** What is under way when the program ends is given so long: a message cut off after its dot has an unknown fate. */
const STOP_GRACE_MS = 10_000;

/**
 * Takes the jobs of one queue and does them, so many at once. pg-boss's own `work()` is not used: it waits for a whole batch before
 * it fetches the next one, and cannot be told to look now by another process.
 */
export class QueueWorker {
  readonly #boss: PgBoss;
  readonly #queue: Queue;
  readonly #context: JobContext;
  readonly #running = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  readonly #changes: Database["changes"];
  readonly #loop: LookLoop;
  #isFull = false;

  readonly #onWake = (topic: string): void => {
    if (topic === this.#queue.name) this.#loop.wake();
  };

  constructor(boss: PgBoss, queue: Queue, context: JobContext) {
    this.#boss = boss;
    this.#queue = queue;
    this.#context = context;
    this.#changes = context.environment.database.changes;
    this.#changes.on("wake", this.#onWake);
    this.#loop = new LookLoop(LOOK_EVERY_MS, () => this.#fetch());
  }

  /** Begins nothing more; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#changes.off("wake", this.#onWake);
    await this.#loop.stop();
    const patience = new AbortController();
    const ended = Promise.all(this.#running);
    const late = sleep(STOP_GRACE_MS, undefined, { signal: patience.signal }).then(
      () => this.#cut.abort(),
      () => {},
    );
    await Promise.race([ended, late]);
    await ended;
    patience.abort();
    await late;
  }

  async #fetch(): Promise<void> {
    const { name, atOnce } = this.#queue;
    const batchSize = atOnce - this.#running.size;
    if (batchSize === 0) return;
    const jobs = await this.#boss.fetch<unknown>(name, { batchSize });
    this.#isFull = jobs.length === batchSize;
    for (const job of jobs) {
      const running = this.#do(job)
        // A database that is away: the job comes again when its time is over.
        .catch(() => {})
        .finally(() => {
          this.#running.delete(running);
          if (this.#isFull) this.#loop.wake();
        });
      this.#running.add(running);
    }
  }

  async #do({ id, data }: PgBoss.Job<unknown>): Promise<void> {
    const { name } = this.#queue;
    try {
      await this.#queue.run(this.#context, data, this.#cut.signal);
    } catch (error) {
      // The words of an error may be those of a mail server, and have no place in the tables of jobs.
      await this.#boss.fail(name, id, { error: error instanceof Error ? error.name : "unknown" });
      return;
    }
    // What was done stands in its rows; the job itself says nothing more.
    await this.#boss.deleteJob(name, id);
  }
}
