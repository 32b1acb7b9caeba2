#!/usr/bin/env node
import { parseDemoOptions, USAGE } from "./tour/demo-options.js";
import { startEmbeddedServers } from "./tour/embedded-servers.js";
import { explainError } from "./tour/explain-error.js";
import { runTour } from "./tour/tour.js";
import { UsageError } from "./tour/usage-error.js";

try {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === "serve") await runServe(rest);
  else await runOnce(process.argv.slice(2).filter((argument) => argument !== "--once"));
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}

/** The mailbox with its API, until Ctrl-C. */
async function runServe(args: readonly string[]): Promise<void> {
  // Loaded here: the tour needs no database.
  const [{ serve }, { readSettings }] = await Promise.all([
    import("./cli/serve.js"),
    import("./config/settings.js"),
  ]);
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  const isEmbedded = args.includes("--embedded");
  const unknown = args.find((argument) => argument !== "--embedded");
  if (unknown !== undefined) throw new UsageError(`serve: ${unknown} is unknown; it takes --embedded`);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  await serve(readSettings(process.env), { isEmbedded, signal: stop.signal, print });
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
