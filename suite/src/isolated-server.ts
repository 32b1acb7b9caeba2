import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A server that consists of several processes. */
export interface IsolatedProgram {
  /** For sh; ends when the server does. */
  readonly script: string;
  /** It is ready when something greets here. */
  readonly port: number;
  /** What the script finds in its environment, made for each start. */
  readonly environment: () => NodeJS.ProcessEnv;
}

const NAMESPACES = ["-m", "--fork", "--kill-child", "--pid", "--mount-proc"];
const POLL_MS = 50;

/** Runs a server in namespaces of its own, so that all its processes can be ended at once; needs root. */
export class IsolatedServer {
  readonly #program: IsolatedProgram;
  #unshare: ChildProcess | undefined;

  constructor(program: IsolatedProgram) {
    this.#program = program;
  }

  /** Resolves when it greets. */
  async start(): Promise<void> {
    const { script, port, environment } = this.#program;
    const unshare = spawn("unshare", [...NAMESPACES, "sh", "-c", script], {
      env: environment(),
      stdio: "ignore",
    });
    this.#unshare = unshare;
    while (!(await greets(port))) {
      if (hasEnded(unshare)) throw new Error(`The server for port ${port} ended before it greeted`);
      await sleep(POLL_MS);
    }
  }

  /** Ends all its processes as a crash does; resolves when none of them is left. */
  async kill(): Promise<void> {
    const unshare = this.#unshare;
    this.#unshare = undefined;
    if (unshare === undefined || hasEnded(unshare)) return;
    const exited = once(unshare, "exit");
    // The kernel kills a namespace with its first process, and tells unshare of that one's end after the last of the
    // others. Were unshare itself killed, they would serve on for a while after its end.
    const first = await firstChild(unshare);
    if (first === undefined) unshare.kill("SIGKILL");
    else process.kill(first, "SIGKILL");
    await exited;
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** `undefined` when it has ended by itself. */
async function firstChild({ pid = 0 }: ChildProcess): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const [first] = children.split(" ");
  return first === undefined || first === "" ? undefined : Number(first);
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("data", () => {
      resolve(true);
      socket.destroy();
    });
    socket.on("error", () => {}).once("close", () => resolve(false));
  });
}
