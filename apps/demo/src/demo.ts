#!/usr/bin/env node
import { parseDemoOptions, USAGE } from "./tour/demo-options.js";
import { startEmbeddedServers } from "./tour/embedded-servers.js";
import { explainError } from "./tour/explain-error.js";
import { runTour } from "./tour/tour.js";

try {
  const options = parseDemoOptions(process.argv.slice(2), process.env);
  if (options === "help") process.stdout.write(USAGE);
  else if (options !== undefined) await runTour(options, process.stdout);
  else {
    await using servers = await startEmbeddedServers();
    process.stdout.write(`Mail servers in this process: ${servers.description}\n\n`);
    await runTour(servers.options, process.stdout);
  }
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}
