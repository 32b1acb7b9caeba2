import { EXIT, type ExitCode } from "../terminal/exit-code.js";
import { explainError } from "../terminal/explain-error.js";
import { UsageError } from "../terminal/usage-error.js";
import { parseDemoOptions, USAGE } from "./demo-options.js";
import { startEmbeddedServers } from "./embedded-servers.js";
import type { ProgressOutput } from "./progress-bar.js";
import { runTour } from "./tour.js";

interface TourTerminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: ProgressOutput;
  readonly stderr: ProgressOutput;
}

/** The tour as a command: on the servers that its arguments name, or on some of its own. Resolves with the exit code. */
export async function runTourCommand(argv: readonly string[], terminal: TourTerminal): Promise<ExitCode> {
  const stdout = argv.includes("--json") ? toJsonLines(terminal.stdout) : terminal.stdout;
  try {
    const options = parseDemoOptions(
      argv.filter((argument) => !["--once", "--json"].includes(argument)),
      terminal.environment,
    );
    if (options === "help") stdout.write(USAGE);
    else if (options !== undefined) await runTour(options, stdout);
    else {
      await using servers = await startEmbeddedServers();
      stdout.write(`Mail servers in this process: ${servers.description}\n\n`);
      await runTour(servers.options, stdout);
    }
    return EXIT.ok;
  } catch (error) {
    terminal.stderr.write(`${explainError(error)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  }
}

/** Each line as an object, as `serve` says them; no bars, since it is no terminal. */
function toJsonLines(output: ProgressOutput): ProgressOutput {
  return {
    write(text) {
      const lines = text.split("\n").filter((line) => line !== "");
      return output.write(lines.map((line) => `${JSON.stringify({ line })}\n`).join(""));
    },
  };
}
