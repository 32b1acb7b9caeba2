import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { runCommandLine } from "../../../src/cli/command-line.js";
import type { ExitCode } from "../../../src/terminal/exit-code.js";

/** What a run of the command line came to. */
export interface CommandRun {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, on streams that are no terminal. */
export async function runHere(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = "",
  signal: AbortSignal = new AbortController().signal,
  hear: (stdout: string) => void = () => {},
): Promise<CommandRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = { stdout: "", stderr: "" };
  stdout.on("data", (chunk) => {
    said.stdout += chunk;
    hear(said.stdout);
  });
  stderr.on("data", (chunk) => {
    said.stderr += chunk;
  });
  const stdin = Readable.from([input]);
  const code = await runCommandLine(argv, { environment, stdin, stdout, stderr, signal });
  await Promise.all([stdout, stderr].map((stream) => finished(stream.end())));
  return { code, ...said };
}
