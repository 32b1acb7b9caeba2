import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Every benchmark is a program of its own, so that none runs in the heap of another. */
const BENCHMARKS = {
  imap: "imap/reading",
  "imap-sessions": "imap/sessions",
  "imap-sync": "imap/sync",
  "imap-sync-dovecot": "imap/sync-dovecot",
  parser: "parser/parsing",
  pool: "pool/lending",
  pop3: "pop3/fetching",
  smtp: "smtp/sending",
  "smtp-postfix": "smtp/postfix",
} as const;

/** Runs the benchmarks named on the command line, or all, one after the other; fails when one misses its bar. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  for (const [name, path] of Object.entries(BENCHMARKS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const program = fileURLToPath(new URL(`./${path}.js`, import.meta.url));
    const [code] = await once(spawn(process.execPath, [program], { stdio: "inherit" }), "exit");
    if (code !== 0) process.exitCode = 1;
  }
}

await main();
