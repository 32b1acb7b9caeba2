import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Every benchmark is a program of its own, so that none runs in the heap of another. */
const BENCHMARKS = [
  "imap",
  "imap-sessions",
  "imap-sync",
  "imap-sync-dovecot",
  "parser",
  "pool",
  "pop3",
  "smtp",
  "smtp-postfix",
] as const;

/** Runs the benchmarks named on the command line, or all, one after the other; fails when one misses its bar. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  for (const name of BENCHMARKS) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const program = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
    const [code] = await once(spawn(process.execPath, [program], { stdio: "inherit" }), "exit");
    if (code !== 0) process.exitCode = 1;
  }
}

await main();
