import { isMailError, type MailError, withDeadline } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import { fromRefusal, fromWire, type ImapErrorContext, interruptedError } from "../imap-error.js";
import type { ExecOptions, ImapWire } from "../wire/imapflow-wire.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { responseCode, responseText, type WireNode, type WireResponse } from "../wire/wire-node.js";
import { guardHandlers } from "./guard-handlers.js";

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
  const {
    isIdempotent = true,
    signal,
    onPlusTag,
    phase = name.toLowerCase(),
    timeoutMs = commandMs,
  } = options;
  const { untagged, rethrow } = guardHandlers(options.untagged);
  let isSent = false;
  const context = (): ImapErrorContext => connection.errorContext(phase, { isIdempotent, isSent });
  if (connection.hasEnded) throw fromWire(connection.lastError ?? endedBefore(), context());
  const exec: ExecOptions = {
    untagged,
    ...(onPlusTag === undefined ? {} : { onPlusTag }),
    onSend: () => {
      isSent = true;
    },
  };
  try {
    return await withDeadline(
      async (abort) => {
        const stopListening = onAbort(abort, () => connection.destroy());
        try {
          const completion = complete(connection, await wire.exec(name, args, exec), context());
          rethrow();
          return completion;
        } finally {
          stopListening();
        }
      },
      { timeoutMs, signal, protocol: "imap", phase, connectionId, retryable: isIdempotent },
    );
  } catch (thrown) {
    if (isMailError(thrown)) throw interrupted(connection, thrown, context());
    const error = fromWire(causeOf(connection, thrown), context());
    if (error.connectionBroken) connection.destroy();
    throw error;
  }
}

function complete(
  connection: CommandConnection,
  answer: { readonly response: WireResponse; next(): void },
  context: ImapErrorContext,
): Completion {
  const { response } = answer;
  answer.next();
  // QUIRK: ImapFlow 2.1.2 takes a tagged BYE for success.
  if (response.command?.toUpperCase() !== "OK" && context.phase !== "logout") {
    connection.destroy();
    throw fromRefusal(response, context);
  }
  return { code: responseCode(response), text: responseText(response) };
}

function interrupted(connection: CommandConnection, error: MailError, context: ImapErrorContext): MailError {
  const isInterruption = error.code === "timeout" || error.code === "aborted";
  if (isInterruption && context.isSent) connection.destroy();
  return isInterruption ? interruptedError(error, context) : error;
}

/** ImapFlow rejects the pending command with "no connection" and emits the reason as an event. */
function causeOf({ lastError }: CommandConnection, thrown: unknown): unknown {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, "code") : undefined;
  return code === "NoConnection" && lastError !== undefined ? lastError : thrown;
}

function endedBefore(): Error {
  return Object.assign(new Error("The connection has ended"), { code: "NoConnection" });
}
