import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const DEMO = fileURLToPath(new URL("../../../dist/demo.js", import.meta.url));

/** What a process of the command line came to. */
interface ProcessRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a process of its own, to its end. */
export async function runProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = "",
): Promise<ProcessRun> {
  const child = start(argv, environment);
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    said.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    said.stderr += chunk;
  });
  child.stdin?.end(input);
  await once(child, "close");
  return { code: child.exitCode, ...said };
}

/** A process that runs until it is told to end. */
export interface RunningProcess {
  readonly child: ChildProcess;
  /** Everything that it said, on both streams. */
  readonly said: readonly string[];
  /** Resolves with the line that matches. */
  line(pattern: RegExp): Promise<string>;
  /** Sends the signal and resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the built command line as a process of its own. */
export function startProcess(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): RunningProcess {
  return followProcess(start(argv, environment));
}

/** Listens to a process that was just started, with pipes. */
export function followProcess(child: ChildProcess): RunningProcess {
  const said: string[] = [];
  const waiting = new Set<() => void>();
  const closed = once(child, "close");
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        for (const look of waiting) look();
      });
  return {
    child,
    said,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = said.find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        closed.then(() => reject(new Error(`It ended with ${child.exitCode}:\n${said.join("\n")}`)));
      }),
    async end(signal) {
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}

function start(argv: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [DEMO, ...argv], { env: { PATH, HOME, ...environment }, stdio: "pipe" });
}
