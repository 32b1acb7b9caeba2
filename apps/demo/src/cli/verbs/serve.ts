import type { Command } from "commander";
import { z } from "zod";
import { readSettings } from "../../config/settings.js";
import { EXIT } from "../../terminal/exit-code.js";
import { UsageError } from "../../terminal/usage-error.js";
import type { Invocation, Outcome, RunVerb } from "../invocation.js";
import { readOptions } from "../read-options.js";

/** `demo` without a verb, and `serve`: the page and the API, until Ctrl-C. */
export function addServe(program: Command, run: RunVerb): void {
  program.allowExcessArguments().action(async () => {
    const [unknown] = program.args;
    if (unknown !== undefined) throw new UsageError(`There is no verb ${unknown}: see --help`);
    await run((invocation) => runMailbox(invocation, { isEmbedded: true }));
  });
  program
    .command("serve")
    .description("the mailbox for accounts of yours, with its page and API, until Ctrl-C")
    .option("--no-worker", "serve only: `demo worker` processes hold accounts and send")
    .action(async (given: unknown) => {
      const { worker } = readOptions(z.object({ worker: z.boolean() }), given);
      await run((invocation) => runMailbox(invocation, { isEmbedded: false, isApart: !worker }));
    });
}

async function runMailbox(
  { terminal, say, isJson }: Invocation,
  kind: { readonly isEmbedded: boolean; readonly isApart?: boolean },
): Promise<Outcome> {
  // Loaded here: other verbs need neither page nor sample mail.
  const { serve } = await import("../serve.js");
  const { stdout, environment, signal } = terminal;
  // Programs read lines, also those that a terminal shows.
  const clear = stdout.isTTY === true && !isJson ? "\r\x1b[K" : "";
  const columns = stdout.columns ?? 80;
  await serve(readSettings(environment, kind.isEmbedded ? "data/demo" : "data"), {
    ...kind,
    signal,
    print: (line) => say(`${clear}${line}`, { line }),
    show: clear === "" ? undefined : (line) => void stdout.write(`${clear}${line.slice(0, columns - 1)}`),
  });
  return { code: EXIT.ok, lines: [] };
}
