import type { MailError } from "@mailwright/core";
import type { Pop3Command } from "../wire/pop3-command.js";
import type { StatusLine } from "../wire/status-line.js";

/** A command under way and who waits for its answer. */
export interface WireRequest {
  readonly command: Pop3Command;
  readonly limitMs: number;
  /** Content of a multi-line answer; a view, not touched again. What it throws breaks the connection. */
  body(content: Buffer): void;
  /** The answer is complete; `-ERR` comes here too. */
  done(status: StatusLine): void;
  /** There will be no complete answer: the connection is broken. */
  failed(error: MailError): void;
}
