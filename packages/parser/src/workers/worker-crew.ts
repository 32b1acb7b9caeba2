import { Worker } from "node:worker_threads";
import { MailError } from "@mailwright/core";
import type { MessageSnapshot } from "./message-snapshot.js";
import type { WorkerTask } from "./parse-worker.js";

interface Job {
  readonly task: WorkerTask;
  readonly resolve: (snapshot: MessageSnapshot) => void;
  readonly reject: (error: MailError) => void;
}

interface RunningJob extends Job {
  timer: NodeJS.Timeout | undefined;
}

/** Threads that parse one message at a time; one that takes too long or dies is replaced. */
export class WorkerCrew {
  readonly #size: number;
  readonly #timeoutMs: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, RunningJob>();
  readonly #queue: Job[] = [];
  readonly #online = new WeakSet<Worker>();
  #isClosed = false;

  constructor(size: number, timeoutMs: number) {
    this.#size = size;
    this.#timeoutMs = timeoutMs;
  }

  parse(task: WorkerTask): Promise<MessageSnapshot> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const jobs = [...this.#queue.splice(0), ...this.#busy.values()];
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    for (const { timer } of this.#busy.values()) clearTimeout(timer);
    this.#busy.clear();
    for (const job of jobs) job.reject(toError("closed", "The crew of workers was closed"));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #assign(): void {
    while (this.#queue.length > 0 && !this.#isClosed) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#hire() : undefined);
      if (worker === undefined) return;
      const job = this.#queue.shift();
      if (job !== undefined) this.#start(worker, job);
    }
  }

  #hire(): Worker {
    const worker = openWorker();
    worker.once("online", () => this.#online.add(worker));
    worker.on("message", (snapshot: MessageSnapshot) => {
      const job = this.#settle(worker);
      // An iteration that is never finished must not keep the process alive.
      worker.unref();
      this.#idle.push(worker);
      job?.resolve(snapshot);
      this.#assign();
    });
    worker.on("error", (cause) =>
      this.#fail(
        worker,
        isMissingFile(cause)
          ? toMissingWorker(cause)
          : toError("limit", "A worker could not parse the message", cause),
      ),
    );
    worker.on("exit", () =>
      this.#fail(worker, toError("limit", "A worker stopped before the message was parsed")),
    );
    return worker;
  }

  #start(worker: Worker, job: Job): void {
    const running: RunningJob = { ...job, timer: undefined };
    const startTimer = (): void => {
      if (this.#busy.get(worker) !== running) return;
      running.timer = setTimeout(() => {
        this.#fail(worker, toError("timeout", `A message was not parsed within ${this.#timeoutMs} ms`));
        void worker.terminate();
      }, this.#timeoutMs);
    };
    this.#busy.set(worker, running);
    // The time that a thread takes to start is not the message's.
    if (this.#online.has(worker)) startTimer();
    else worker.once("online", startTimer);
    worker.ref();
    worker.postMessage(job.task);
  }

  #fail(worker: Worker, error: MailError): void {
    this.#settle(worker)?.reject(error);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#assign();
  }

  #settle(worker: Worker): Job | undefined {
    const job = this.#busy.get(worker);
    clearTimeout(job?.timer);
    this.#busy.delete(worker);
    return job;
  }
}

function openWorker(): Worker {
  try {
    return new Worker(new URL("./parse-worker.js", import.meta.url));
  } catch (cause) {
    // Bundles of CommonJS have no URL of their own.
    throw toMissingWorker(cause);
  }
}

function isMissingFile(cause: unknown): boolean {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND";
}

function toMissingWorker(cause: unknown): MailError {
  return toError(
    "invalid-argument",
    "The threads of parseInWorkers need the file parse-worker.js of @mailwright/parser: leave the package out of bundles",
    cause,
  );
}

function toError(
  code: "closed" | "timeout" | "limit" | "invalid-argument",
  message: string,
  cause?: unknown,
): MailError {
  return new MailError(message, { code, protocol: "mime", phase: "worker", cause });
}
