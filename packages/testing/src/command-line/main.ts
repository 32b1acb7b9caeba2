#!/usr/bin/env node
import { runCommandLine } from "./run-command-line.js";

const end = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
});
const output = {
  print: (text: string) => void process.stdout.write(`${text}\n`),
  complain: (text: string) => void process.stderr.write(`${text}\n`),
};
process.exitCode = await runCommandLine(process.argv.slice(2), output, end);
