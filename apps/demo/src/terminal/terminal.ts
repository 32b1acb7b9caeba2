/** Where lines go: `process.stdout`, or what a test reads. */
type TerminalOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** Where lines and secrets come from. */
type TerminalInput = NodeJS.ReadableStream & {
  readonly isTTY?: boolean | undefined;
  setRawMode?: ((isRaw: boolean) => unknown) | undefined;
};

/** What a program has of the world that called it. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  /** Aborted when the program is asked to end. */
  readonly signal: AbortSignal;
}
