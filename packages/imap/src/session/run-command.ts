import { isMailError, type MailError, withDeadline } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import { fromRefusal, fromWire, type ImapErrorContext, interruptedError } from "../imap-error.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { responseCode, responseText, type WireNode, type WireResponse } from "../wire/wire-node.js";
import type { ImapWire } from "./imap-wire.js";
import type { ExecOptions } from "./pending-command.js";
import { progressClock } from "./progress-clock.js";

/** One command's circumstances. */
export interface CommandOptions {
  /** Repeating the command is harmless. @defaultValue true */
  readonly isIdempotent?: boolean | undefined;
  readonly untagged?: ExecOptions["untagged"];
  readonly onPlusTag?: ExecOptions["onPlusTag"];
  readonly maxBytes?: ExecOptions["maxBytes"];
  /** Whether octets of the command that somebody else writes are all written. @defaultValue there are none */
  readonly isComplete?: (() => boolean) | undefined;
  readonly overlap?: ExecOptions["overlap"];
  readonly literal?: ExecOptions["literal"];
  /** Sees the NO or BAD before the command rejects: its code may say more than an error can. */
  readonly onRefusal?: ((response: WireResponse) => void) | undefined;
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

/** The connection that a command runs on. */
export interface CommandConnection {
  readonly wire: ImapWire;
  readonly connectionId: string;
  /** How long a command may take unless it says otherwise. */
  readonly commandMs: number;
  readonly hasEnded: boolean;
  /** Why it has ended, where that is known. */
  readonly lastError: unknown;
  errorContext(phase: string, command: Pick<ImapErrorContext, "isIdempotent" | "isSent">): ImapErrorContext;
  destroy(): void;
}

/**
 * Sends a command and waits for its tagged answer, under a deadline. What cannot be known to be over, or was
 * refused in a way that ends the session, destroys the connection. Rejects with a `MailError`.
 */
export async function runCommand(
  connection: CommandConnection,
  name: string,
  args: readonly WireArgument[],
  options: CommandOptions,
): Promise<Completion> {
  const { wire, connectionId, commandMs } = connection;
  const { isIdempotent = true, signal, phase = name.toLowerCase(), timeoutMs = commandMs } = options;
  let isSent = false;
  const context = (): ImapErrorContext =>
    connection.errorContext(phase, { isIdempotent, isSent: isSent && options.isComplete?.() !== false });
  if (connection.hasEnded) throw fromWire(connection.lastError ?? endedBefore(), context());
  const exec: ExecOptions = {
    untagged: options.untagged,
    onPlusTag: options.onPlusTag,
    overlap: options.overlap,
    literal: options.literal,
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    onSend: () => {
      isSent = true;
    },
  };
  try {
    return await withDeadline(
      async (abort) => {
        const stopListening = onAbort(abort, () => connection.destroy());
        try {
          return complete(connection, await wire.exec(name, args, exec), context(), options.onRefusal);
        } finally {
          stopListening();
        }
      },
      {
        timeoutMs,
        signal,
        protocol: "imap",
        phase,
        connectionId,
        retryable: isIdempotent,
        clock: progressClock(() => wire.progressBytes),
      },
    );
  } catch (thrown) {
    if (isMailError(thrown)) {
      if (thrown.connectionBroken) connection.destroy();
      throw interrupted(connection, thrown, context());
    }
    const error = fromWire(causeOf(connection, thrown), context());
    if (error.connectionBroken) connection.destroy();
    throw error;
  }
}

function complete(
  connection: CommandConnection,
  response: WireResponse,
  context: ImapErrorContext,
  onRefusal: CommandOptions["onRefusal"],
): Completion {
  const status = response.command?.toUpperCase() ?? "";
  if (status === "NO" || status === "BAD") {
    onRefusal?.(response);
    throw fromRefusal(response, context);
  }
  // What a server says of itself after LOGOUT does not matter any more.
  if (status === "OK" || context.phase === "logout") {
    return { code: responseCode(response), text: responseText(response) };
  }
  connection.destroy();
  if (status === "BYE") throw fromRefusal(response, context);
  throw Object.assign(new Error("The server's answer is none"), { code: "InvalidResponse" });
}

function interrupted(connection: CommandConnection, error: MailError, context: ImapErrorContext): MailError {
  const isInterruption = error.code === "timeout" || error.code === "aborted";
  if (isInterruption && context.isSent) connection.destroy();
  return isInterruption ? interruptedError(error, context) : error;
}

/** Why the connection has ended says more than that it has. */
function causeOf({ lastError }: CommandConnection, thrown: unknown): unknown {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, "code") : undefined;
  return code === "NoConnection" && lastError !== undefined ? lastError : thrown;
}

function endedBefore(): Error {
  return Object.assign(new Error("The connection has ended"), { code: "NoConnection" });
}
