import { runTourCommand } from "../../src/tour/run-tour-command.js";
import type { DemoRun } from "./run-demo.js";

/** The same as `runDemo` without a process of its own, which costs more than all that happens in it. */
export async function runTourHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<DemoRun> {
  const said = { stdout: "", stderr: "" };
  const hear = (name: keyof typeof said) => ({
    write(text: string) {
      said[name] += text;
      return true;
    },
  });
  const code = await runTourCommand(args, { environment, stdout: hear("stdout"), stderr: hear("stderr") });
  return { code, ...said };
}
