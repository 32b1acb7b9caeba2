import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const DEMO = fileURLToPath(new URL("../../dist/demo.js", import.meta.url));

/** What a run of the built demo came to. */
export interface DemoRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as its own process, as a user would. */
export function runDemo(
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<DemoRun> {
  const { PATH = "" } = process.env;
  return new Promise((resolve) => {
    const options = { env: { PATH, ...environment }, timeout: 120_000 };
    const child = execFile(process.execPath, [DEMO, ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
