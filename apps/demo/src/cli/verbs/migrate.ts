import type { Command } from "commander";
import { EXIT } from "../../terminal/exit-code.js";
import { readAnswer } from "../api-client.js";
import type { RunVerb } from "../invocation.js";

/** `migrate`: the tables as this version needs them. */
export function addMigrate(program: Command, run: RunVerb): void {
  program
    .command("migrate")
    .description("bring the database's tables up to date; serve and worker do so when they start")
    .action(async () => {
      await run(async ({ openMailbox }) => {
        // Opening it applies them.
        const { kind, version, migrations } = await readAnswer((await openMailbox()).local.diagnosis.$get());
        const lines = [`${kind} ${version}: up to date, ${migrations} migrations`];
        return { code: EXIT.ok, lines, json: { kind, version, migrations } };
      });
    });
}
