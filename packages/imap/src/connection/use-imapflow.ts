import { isMailError, MailError, type OperationOptions } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapFlow } from "imapflow";
import { fromWire } from "../imap-error.js";
import { dialAndLogIn } from "./open-session.js";
import type { SessionRunner } from "./session-runner.js";

/**
 * Lends a bare ImapFlow with a mailbox open. It has a connection of its own, in the place of one of the pool's: that
 * of a session has been taken from its ImapFlow, which knows nothing of what was said since. What is done with it is
 * not known, so it is not used again.
 */
export function useImapFlow<T>(
  runner: SessionRunner,
  folder: string,
  task: (flow: ImapFlow) => Promise<T>,
  options: OperationOptions,
): Promise<T> {
  const policy = { attempts: 1, backoff: () => 0 };
  return runner.run(
    async (session, signal) => {
      const { connectionId } = session;
      const context = session.errorContext("select", { isIdempotent: true, isSent: true });
      await session.close();
      const flow = await dialAndLogIn(runner.account, connectionId, signal, {}, (attempt, ...to) =>
        attempt.openFlow(...to),
      );
      const stopListening = onAbort(signal, () => flow.close());
      try {
        await flow.mailboxOpen(folder).catch((error: unknown) => {
          throw fromWire(error, context);
        });
        return await task(flow);
      } catch (error) {
        if (signal?.aborted === true && !isMailError(error)) throw aborted(error);
        throw error;
      } finally {
        stopListening();
        await farewell(flow);
      }
    },
    { ...options, policy, isChange: true },
  );
}

/** LOGOUT, when that is quick. */
async function farewell(flow: ImapFlow): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LOGOUT_MS);
  });
  await Promise.race([flow.usable ? flow.logout().catch(() => {}) : undefined, late]);
  clearTimeout(timer);
  flow.close();
}

const LOGOUT_MS = 2_000;

function aborted(cause: unknown): MailError {
  return new MailError("The operation was aborted", {
    code: "aborted",
    protocol: "imap",
    phase: "use",
    connectionBroken: true,
    cause: cause instanceof Error ? cause : undefined,
  });
}
