import { SingleBar } from "cli-progress";
import { Command, CommanderError, Option } from "commander";
import { z } from "zod";
import { readSettings } from "../config/settings.js";
import { describeError } from "../server/describe-error.js";
import { EXIT, type ExitCode } from "../terminal/exit-code.js";
import { explainError } from "../terminal/explain-error.js";
import type { Terminal } from "../terminal/terminal.js";
import { UsageError } from "../terminal/usage-error.js";
import { connectMailbox, type Mailbox } from "./connect-mailbox.js";
import type { Invocation, Progress, RunVerb } from "./invocation.js";
import { addVerbs } from "./verbs.js";

const shared = z.object({ json: z.boolean().default(false), as: z.string().optional() });

/** Runs what a command line asks for, to its end; resolves with the exit code. */
export async function runCommandLine(
  argv: readonly string[],
  terminal: Terminal,
  helpText = "",
): Promise<ExitCode> {
  const { stdout, stderr, environment } = terminal;
  const program = new Command("demo")
    .description("A mailbox over several accounts, with a page, an API and these verbs")
    .addOption(new Option("--json", "answer in JSON: one object, or one in each line"))
    .addOption(
      new Option("--as <address>", "for the household of this person; needed where there are several"),
    )
    .helpOption("-h, --help", "say how it is used")
    .helpCommand(false)
    .addHelpText("after", helpText)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: () => {} });
  let code: ExitCode = EXIT.ok;
  const run: RunVerb = async (verb) => {
    const { json: isJson, as: household } = shared.parse(program.opts());
    const mailboxes: Mailbox[] = [];
    const invocation: Invocation = {
      terminal,
      settings: readSettings(environment),
      isJson,
      household,
      openMailbox: async () => {
        const onError = (error: unknown): void => void stderr.write(`${describeError(error)}\n`);
        const mailbox = await connectMailbox(invocation.settings, { household, onError });
        mailboxes.push(mailbox);
        return mailbox;
      },
      say: (line, json) => void stdout.write(`${isJson ? JSON.stringify(json) : line}\n`),
      progress: (label) => startProgress(terminal, label),
    };
    try {
      const outcome = await verb(invocation);
      code = outcome.code;
      const said = isJson && outcome.json !== undefined ? [JSON.stringify(outcome.json)] : outcome.lines;
      if (!isJson || outcome.json !== undefined) stdout.write(said.map((line) => `${line}\n`).join(""));
    } finally {
      for (const mailbox of mailboxes) await mailbox[Symbol.asyncDispose]();
    }
  };
  addVerbs(program, run);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const isUsage = error instanceof CommanderError || error instanceof UsageError || isSettings(error);
    stderr.write(`${explain(error)}\n`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

function explain(error: unknown): string {
  if (error instanceof CommanderError && error.code === "commander.help") return "Say more: see --help";
  const text = error instanceof CommanderError ? error.message.replace(/^error: /, "") : explainError(error);
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}

function isSettings(error: unknown): boolean {
  return error instanceof Error && error.name === "SettingsError";
}

function startProgress({ stderr }: Terminal, label: string): Progress {
  if (stderr.isTTY !== true) return { update: () => {}, stop: () => {} };
  const format = `${label} {bar} {value}/{total} {eta_formatted}`;
  const bar = new SingleBar({ stream: stderr, format, clearOnComplete: true, hideCursor: true });
  bar.start(1, 0);
  return {
    update(done, total) {
      bar.setTotal(Math.max(total, 1));
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
