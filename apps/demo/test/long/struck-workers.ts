import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./struck-worker.mjs", import.meta.url));

/** Where a worker is struck, and by what. */
export interface Strike {
  readonly point: string;
  readonly action: "SIGKILL" | "SIGSTOP";
}

const KILLED = [
  "before claim",
  "after claim",
  "after begin",
  "mid-body",
  "after dot",
  "before finish",
  "after finish",
  "before acknowledge",
  "lease renew",
];
const STOPPED = ["after claim", "after begin", "after dot", "before acknowledge", "lease renew"];
const STRIKES: readonly Strike[] = [
  ...KILLED.map((point) => ({ point, action: "SIGKILL" as const })),
  ...STOPPED.map((point) => ({ point, action: "SIGSTOP" as const })),
];

/** Every strike in turn, until there are so many; each with its seed. */
export function strikes(count: number): (Strike & { readonly seed: number })[] {
  return Array.from({ length: count }, (_, index) => {
    const { point, action } = STRIKES[index % STRIKES.length] ?? { point: "", action: "SIGKILL" };
    return { seed: index + 1, point, action };
  });
}

/** A worker as a process of its own; its name stands in its leases and claims, and at its connections to the database. */
export class StruckWorker implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it is at work. */
  static async start(
    name: string,
    url: string,
    more: Readonly<Record<string, string>>,
  ): Promise<StruckWorker> {
    const own = new URL(url);
    own.searchParams.set("application_name", name);
    const env = { PATH: process.env["PATH"], NAME: name, DATABASE_URL: own.toString(), ...more };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface(child.stdout);
    await Promise.race([once(lines, "line"), once(child, "exit")]);
    return new StruckWorker(child);
  }

  /** Whether it is dead, or stands still. */
  async isStruck(): Promise<boolean> {
    const { pid, exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return true;
    // Field 3 of proc(5), behind the name: T for a process that a signal has stopped.
    const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => ") T ");
    return stat.replace(/^.*\)/, "").startsWith(" T ");
  }

  /** Lets one that stands still go on, and end in order. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGCONT");
    this.#child.kill("SIGTERM");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // After a failure it may stand still for ever.
    this.#child.kill("SIGKILL");
  }
}
