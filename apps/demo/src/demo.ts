#!/usr/bin/env node
import { EXIT } from "./terminal/exit-code.js";
import { explainError } from "./terminal/explain-error.js";
import { stopSignal } from "./terminal/stop-signal.js";
import { parseDemoOptions, USAGE } from "./tour/demo-options.js";
import { startEmbeddedServers } from "./tour/embedded-servers.js";
import { runTour } from "./tour/tour.js";

const argv = process.argv.slice(2);
const isTour = argv.includes("--once") || /^--(?!help$|json$|as\b)/.test(argv[0] ?? "");
try {
  if (isTour) await runOnce(argv.filter((argument) => argument !== "--once"));
  else process.exitCode = await runVerb();
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = EXIT.failed;
}

async function runVerb(): Promise<number> {
  // Loaded here: the tour needs no database.
  const { runCommandLine } = await import("./cli/command-line.js");
  const { env: environment, stdin, stdout, stderr } = process;
  return await runCommandLine(argv, { environment, stdin, stdout, stderr, signal: stopSignal() }, USAGE);
}

/** The guided tour, once. */
async function runOnce(args: readonly string[]): Promise<void> {
  const options = parseDemoOptions(args, process.env);
  if (options === "help") process.stdout.write(USAGE);
  else if (options !== undefined) await runTour(options, process.stdout);
  else {
    await using servers = await startEmbeddedServers();
    process.stdout.write(`Mail servers in this process: ${servers.description}\n\n`);
    await runTour(servers.options, process.stdout);
  }
}
