import { once } from "node:events";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/**
 * Reads a secret: the first line of the input, or what somebody types, which is not shown. Never an argument, which every
 * user of the machine could read. Throws {@link UsageError} where there is none, and another error for who presses Ctrl-C.
 */
export async function readSecret({ stdin, stderr, signal }: Terminal, question: string): Promise<string> {
  const isAsked = stdin.isTTY === true;
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silence, terminal: isAsked });
  const ended = new AbortController();
  try {
    // Only now, when the terminal shows nothing any more: who types fast would see the first letters else.
    if (isAsked) stderr.write(`${question}: `);
    const over = AbortSignal.any([signal, ended.signal]);
    const secret = await Promise.race([
      once(lines, "line", { signal: over }).then(([line]) => String(line)),
      once(lines, "close", { signal: over }).then(() => ""),
      once(lines, "SIGINT", { signal: over }).then(() => {
        throw new Error("Interrupted before anything was done");
      }),
    ]);
    if (secret === "")
      throw new UsageError(`${question}: nothing was given; write it as the first line of the input`);
    return secret;
  } finally {
    ended.abort();
    lines.close();
    if (isAsked) stderr.write("\n");
  }
}
