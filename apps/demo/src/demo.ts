#!/usr/bin/env node
import { EXIT } from "./terminal/exit-code.js";
import { explainError } from "./terminal/explain-error.js";
import { stopSignal } from "./terminal/stop-signal.js";
import { USAGE } from "./tour/demo-options.js";
import { runTourCommand } from "./tour/run-tour-command.js";

const argv = process.argv.slice(2);
const { env: environment, stdin, stdout, stderr } = process;
const isTour = argv.includes("--once") || /^--(?!help$|json$|as\b)/.test(argv[0] ?? "");
try {
  process.exitCode = isTour ? await runTourCommand(argv, { environment, stdout, stderr }) : await runVerb();
} catch (error) {
  stderr.write(`${explainError(error)}\n`);
  process.exitCode = EXIT.failed;
}

async function runVerb(): Promise<number> {
  // Loaded here: the tour needs no database.
  const { runCommandLine } = await import("./cli/command-line.js");
  return await runCommandLine(argv, { environment, stdin, stdout, stderr, signal: stopSignal() }, USAGE);
}
