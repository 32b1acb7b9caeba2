import { formatWire } from "./transcript.js";

/** What `ScriptMismatchError` is made from. */
export interface ScriptMismatch {
  /** Counted from 1. */
  readonly connection: number;
  /** Position in the script, counted from 1. */
  readonly step: number;
  readonly reason: string;
  readonly expected?: string;
  readonly received?: Uint8Array;
  /** What went over the wire before, as `C:` and `S:` lines. */
  readonly history: readonly string[];
}

/** The client did not say what the script of a `startScriptedServer` expects; the message shows both and what came before. */
export class ScriptMismatchError extends Error {
  override name = "ScriptMismatchError";
  readonly connection: number;
  readonly step: number;

  constructor(mismatch: ScriptMismatch) {
    super(describe(mismatch));
    this.connection = mismatch.connection;
    this.step = mismatch.step;
  }
}

const HISTORY_LINES = 12;

function describe({ connection, step, reason, expected, received, history }: ScriptMismatch): string {
  const lines = [`Connection ${connection}, step ${step}: ${reason}`];
  if (expected !== undefined) lines.push(`  expected  ${expected}`);
  if (received !== undefined) {
    const shown = `C: ${formatWire(received)}`;
    lines.push(`  received  ${shown}`);
    const difference = expected === undefined ? -1 : firstDifference(expected, shown);
    if (difference >= 0) lines.push(`            ${" ".repeat(difference)}^`);
  }
  if (history.length > 0)
    lines.push("before that:", ...history.slice(-HISTORY_LINES).map((line) => `  ${line}`));
  return lines.join("\n");
}

function firstDifference(expected: string, received: string): number {
  if (!expected.startsWith("C: ")) return -1;
  for (let index = 0; index < Math.max(expected.length, received.length); index++) {
    if (expected[index] !== received[index]) return index;
  }
  return -1;
}
