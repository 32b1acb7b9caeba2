import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A way to a server that takes its time. */
export interface Latency extends AsyncDisposable {
  readonly port: number;
}

/**
 * Puts a round-trip time before a port of this machine, from a process of its own: a network does not wait for the
 * event loop of those who use it.
 */
export async function startLatency(port: number, latencyMs: number): Promise<Latency> {
  const program = fileURLToPath(new URL("./latency-process.js", import.meta.url));
  const child = fork(program, [String(port), String(latencyMs)]);
  const [listening]: unknown[] = await once(child, "message");
  const stop = async (): Promise<void> => {
    child.disconnect();
    await once(child, "exit");
  };
  return { port: Number(listening), [Symbol.asyncDispose]: stop };
}
