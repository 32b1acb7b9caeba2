import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenLocally } from "../../../src/cli/local-socket.js";
import { createLocalApp } from "../../../src/server/create-local-app.js";
import type { Services } from "../../../src/server/services.js";
import { type CommandRun, runHere } from "./test-terminal.js";

/** A line of JSON that a verb said, or nothing. */
interface JsonRun extends Omit<CommandRun, "stdout"> {
  // biome-ignore lint/suspicious/noExplicitAny: what is expected of it says each test.
  readonly said: any;
}

/** The command line beside a running program: over its socket, never with a database of its own. */
export interface CommandLine extends AsyncDisposable {
  readonly folder: string;
  run(argv: readonly string[], input?: string): Promise<CommandRun>;
  json(argv: readonly string[], input?: string): Promise<JsonRun>;
}

/** Answers the command line as a running program does; `owner` names the household. */
export async function openCommandLine(services: Services, owner: string): Promise<CommandLine> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-cli-"));
  const socket = await listenLocally(createLocalApp(services).fetch, folder);
  const run: CommandLine["run"] = (argv, input = "") =>
    runHere(["--as", owner, ...argv], { MAILWRIGHT_DATA: folder }, input);
  return {
    folder,
    run,
    async json(argv, input) {
      const { code, stdout, stderr } = await run([...argv, "--json"], input);
      return { code, stderr, said: stdout === "" ? undefined : JSON.parse(stdout) };
    },
    async [Symbol.asyncDispose]() {
      await socket?.[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
