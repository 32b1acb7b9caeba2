import { explainError } from "../../src/terminal/explain-error.js";
import { parseDemoOptions } from "../../src/tour/demo-options.js";
import { runTour } from "../../src/tour/tour.js";
import type { DemoRun } from "./run-demo.js";

/** The same as `runDemo` without a process of its own, which costs more than all that happens in it. */
export async function runTourHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<DemoRun> {
  let stdout = "";
  try {
    const options = parseDemoOptions(args, environment);
    if (typeof options !== "object") throw new Error(`No servers in ${args.join(" ")}`);
    await runTour(options, {
      write(text) {
        stdout += text;
        return true;
      },
    });
    return { code: 0, stdout, stderr: "" };
  } catch (error) {
    return { code: 1, stdout, stderr: `${explainError(error)}\n` };
  }
}
