import { PassThrough, Readable } from "node:stream";
import { runCommandLine } from "../../src/cli/command-line.js";
import type { ExitCode } from "../../src/terminal/exit-code.js";

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
): Promise<CommandRun> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = Readable.from([input]);
  const code = await runCommandLine(argv, { environment, stdin, stdout, stderr, signal });
  return { code, stdout: String(stdout.read() ?? ""), stderr: String(stderr.read() ?? "") };
}
