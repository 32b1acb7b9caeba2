#!/usr/bin/env node
import { parseDemoOptions, USAGE } from "./tour/demo-options.js";
import { startEmbeddedServers } from "./tour/embedded-servers.js";
import { explainError } from "./tour/explain-error.js";
import { runTour } from "./tour/tour.js";
import { UsageError } from "./tour/usage-error.js";

try {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === undefined) await runMailbox({ isEmbedded: true });
  else if (verb === "serve") {
    const isApart = rest[0] === "--no-worker";
    const [unknown] = isApart ? rest.slice(1) : rest;
    if (unknown !== undefined)
      throw new UsageError(`serve: ${unknown} is unknown; it takes --no-worker only`);
    await runMailbox({ isEmbedded: false, isApart });
  } else if (verb === "worker") {
    const [unknown] = rest;
    if (unknown !== undefined) throw new UsageError(`worker: ${unknown} is unknown; it takes no options`);
    await runWorker();
  } else await runOnce(process.argv.slice(2).filter((argument) => argument !== "--once"));
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`);
  process.exitCode = 1;
}

/** The mailbox with its page and API, until Ctrl-C. */
async function runMailbox(kind: { readonly isEmbedded: boolean; readonly isApart?: boolean }): Promise<void> {
  // Loaded here: the tour needs no database.
  const [{ serve }, { stopSignal }, { readSettings }] = await Promise.all([
    import("./cli/serve.js"),
    import("./cli/stop-signal.js"),
    import("./config/settings.js"),
  ]);
  const { stdout } = process;
  const clear = stdout.isTTY ? "\r\x1b[K" : "";
  await serve(readSettings(process.env, kind.isEmbedded ? "data/demo" : "data"), {
    ...kind,
    signal: stopSignal(),
    print: (line) => void stdout.write(`${clear}${line}\n`),
    show: stdout.isTTY
      ? (line) => void stdout.write(`${clear}${line.slice(0, stdout.columns - 1)}`)
      : undefined,
  });
}

/** A process that holds accounts and sends, until Ctrl-C. */
async function runWorker(): Promise<void> {
  const [{ worker }, { stopSignal }, { readSettings }] = await Promise.all([
    import("./cli/worker.js"),
    import("./cli/stop-signal.js"),
    import("./config/settings.js"),
  ]);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  await worker(readSettings(process.env), { signal: stopSignal(), print });
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
