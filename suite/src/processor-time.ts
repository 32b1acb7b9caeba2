import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Milliseconds of processor time that this process has used so far. What the machine does besides does not count, nor
 * does waiting; other threads of this process (workers, the collector, the compiler) do.
 */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Collects all garbage now, so that what is measured next pays for its own alone. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}
