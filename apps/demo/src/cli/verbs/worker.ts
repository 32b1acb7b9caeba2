import type { Command } from "commander";
import { EXIT } from "../../terminal/exit-code.js";
import type { RunVerb } from "../invocation.js";

/** `worker`: holds accounts and sends, until Ctrl-C. */
export function addWorker(program: Command, run: RunVerb): void {
  program
    .command("worker")
    .description("hold accounts and send, over the PostgreSQL that `serve --no-worker` uses, until Ctrl-C")
    .action(async () => {
      await run(async ({ settings, terminal, say }) => {
        const { worker } = await import("../worker.js");
        await worker(settings, { signal: terminal.signal, print: (line) => say(line, { line }) });
        return { code: EXIT.ok, lines: [] };
      });
    });
}
