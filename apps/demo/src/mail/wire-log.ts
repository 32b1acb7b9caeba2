import { randomUUID } from "node:crypto";
import type { TranscriptEntry } from "@mailwright/core";

/** A line of the conversation with an account's server, secrets masked. */
export interface WireLine extends TranscriptEntry {
  readonly at: string;
}

/** So many lines of an account are kept. */
export const MAX_LINES = 500;
const MAX_LINE_CHARACTERS = 400;

/** The newest lines of each account's conversations; of this process, and gone with it. */
export class WireLog {
  /** Whose lines these are, for other processes. */
  readonly processId: string = randomUUID();
  readonly #lines = new Map<string, WireLine[]>();

  add(accountId: string, { connectionId, direction, text }: TranscriptEntry): void {
    const lines = this.#lines.get(accountId) ?? [];
    this.#lines.set(accountId, lines);
    const short = text.length > MAX_LINE_CHARACTERS ? `${text.slice(0, MAX_LINE_CHARACTERS)}…` : text;
    lines.push({ connectionId, direction, text: short.trimEnd(), at: new Date().toISOString() });
    if (lines.length > 2 * MAX_LINES) lines.splice(0, lines.length - MAX_LINES);
  }

  read(accountId: string): readonly WireLine[] {
    return (this.#lines.get(accountId) ?? []).slice(-MAX_LINES);
  }

  remove(accountId: string): void {
    this.#lines.delete(accountId);
  }
}
