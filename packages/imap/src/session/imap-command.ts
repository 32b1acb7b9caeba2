import type { ExecOptions } from "../wire/imapflow-wire.js";
import type { WireNode } from "../wire/wire-node.js";

/** One command's circumstances. */
export interface CommandOptions {
  /** Repeating the command is harmless. @defaultValue true */
  readonly isIdempotent?: boolean | undefined;
  readonly untagged?: ExecOptions["untagged"];
  readonly onPlusTag?: ExecOptions["onPlusTag"];
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue `timeouts.commandMs` */
  readonly timeoutMs?: number | undefined;
  /** Names the command in errors. @defaultValue the command in lower case */
  readonly phase?: string | undefined;
}

/** The tagged OK of a command. */
export interface Completion {
  readonly code?: { readonly name: string; readonly values: readonly WireNode[] } | undefined;
  readonly text: string;
}
