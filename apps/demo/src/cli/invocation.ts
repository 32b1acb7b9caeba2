import type { Settings } from "../config/settings.js";
import type { ExitCode } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/terminal.js";
import type { Mailbox } from "./connect-mailbox.js";

/** What a verb works with, and says it by. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly settings: Settings;
  readonly isJson: boolean;
  /** The address of somebody whose household it is about, where that was said. */
  readonly household: string | undefined;
  /** Opens the mailbox; it is closed when the verb has ended. */
  readonly openMailbox: () => Promise<Mailbox>;
  /** Says something before the verb ends: a line for people, or an object in a line of its own for programs. */
  readonly say: (line: string, json: unknown) => void;
  /** Shows how far it is, where somebody looks. */
  readonly progress: (label: string) => Progress;
}

/** A bar that fills up on a terminal, and is nothing elsewhere. */
export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** What a verb came to. */
export interface Outcome {
  readonly code: ExitCode;
  /** For people. */
  readonly lines: readonly string[];
  /** For programs; the same facts. Nothing more is said where it is absent. */
  readonly json?: unknown;
}

/** Runs a verb; what it comes to is said, and becomes the exit code. */
export type RunVerb = (verb: (invocation: Invocation) => Promise<Outcome>) => Promise<void>;
