import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How to run one server in the foreground. */
export interface ServerCommand {
  /** For messages: "Dovecot noMove". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The file that the server logs to; its end is part of the error when the start fails. */
  readonly logFile: string;
  /** The server is ready when all of them accept a connection. */
  readonly ports: readonly number[];
  /** Text of the greeting on the first port that says that logins are possible. */
  readonly greeting?: string;
}

/** A server that was started here and is stopped by its own process id. */
export interface ServerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/** Starts a server and resolves when it listens; rejects with the end of its log when it ends or stays silent. */
export async function startServerProcess(server: ServerCommand): Promise<ServerProcess> {
  // A process group of its own: Ctrl-C in a terminal must reach only the runner, which then stops the server.
  const child = spawn(server.command, server.args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const ended = once(child, "exit").then(
    ([code, signal]) => `ended with ${signal ?? code}`,
    (error: Error) => error.message,
  );
  const outcome = await Promise.race([ended, waitUntilReady(server)]);
  if (outcome === undefined && child.pid !== undefined) {
    return { pid: child.pid, stop: () => stop(child) };
  }
  await stop(child);
  const log = await readFile(server.logFile, "utf8").catch(() => "");
  throw new Error(`${server.name} ${outcome}\n${output}${lastLines(log, 20)}`);
}

/** Starts again, with other ports, when somebody else took one between the look and the bind. */
export async function withFreshPorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

/** The last `count` lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

async function waitUntilReady(server: ServerCommand): Promise<string | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (const [index, port] of server.ports.entries()) {
    const greeting = index === 0 ? (server.greeting ?? "") : "";
    while (!(await greets(port, greeting))) {
      if (Date.now() > deadline) return `is not ready on port ${port} after ${START_TIMEOUT_MS} ms`;
      await sleep(POLL_MS);
    }
  }
  return undefined;
}

/** Whether a connection is accepted and its greeting contains the text; an empty text needs no greeting. */
function greets(port: number, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1");
    const finish = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.once("connect", () => text === "" && finish(true));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (received.includes(text)) finish(true);
    });
    socket.once("error", () => finish(false)).once("close", () => finish(false));
    socket.setTimeout(START_TIMEOUT_MS, () => finish(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  // The whole group: a master that is killed cannot end its children.
  const killer = setTimeout(() => process.kill(-pid, "SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(killer);
}
