import { spawn } from "node:child_process";
import { once } from "node:events";
import { until } from "@mailwright/suite";

/** Node and the embedded database start slowly while a machine does other things. */
const PATIENCE_MS = 100_000;

/** A command on a terminal of its own, as somebody sees it who sits there. */
export interface PseudoTerminal {
  /** All that was on the screen so far: what the program wrote, and what the terminal echoed. */
  readonly screen: () => string;
  /** Presses keys; `\r` is Enter, `\u0003` Ctrl-C. */
  press(keys: string): void;
  /** Resolves when the screen shows the text. */
  shows(text: string): Promise<void>;
  /** Resolves with the screen when the command has ended. */
  ended(): Promise<string>;
}

/**
 * Runs a line of the shell on a new terminal, with the `script` of util-linux. The terminal echoes what is typed, as they do,
 * unless the program switches that off.
 */
export function onTerminal(command: string, environment: Readonly<Record<string, string>>): PseudoTerminal {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, TERM: "xterm", ...environment };
  const child = spawn("script", ["-q", "-E", "always", "-c", command, "/dev/null"], { env, stdio: "pipe" });
  let screen = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      screen += chunk;
    });
  const closed = once(child, "close");
  return {
    screen: () => screen,
    press: (keys) => void child.stdin.write(keys),
    async shows(text) {
      await until(() => screen.includes(text), PATIENCE_MS);
    },
    async ended() {
      await closed;
      return screen;
    },
  };
}
