import { isMailError, MailError, type OperationOptions } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapFlow } from "imapflow";
import { fromWire } from "../imap-error.js";
import type { SessionRunner } from "./session-runner.js";

/** Lends a bare ImapFlow with a mailbox open. What is done with it is not known, so it is not used again. */
export function useImapFlow<T>(
  runner: SessionRunner,
  folder: string,
  task: (flow: ImapFlow) => Promise<T>,
  options: OperationOptions,
): Promise<T> {
  const policy = { attempts: 1, backoff: () => 0 };
  return runner.run(
    async (session, signal) => {
      const { flow } = session;
      const stopListening = onAbort(signal, () => session.destroy());
      session.wire.giveBackUnsolicited();
      try {
        await flow.mailboxOpen(folder).catch((error: unknown) => {
          throw fromWire(error, session.errorContext("select", { isIdempotent: true, isSent: true }));
        });
        return await task(flow);
      } catch (error) {
        if (signal?.aborted === true && !isMailError(error)) throw aborted(error);
        throw error;
      } finally {
        stopListening();
        await session.close();
      }
    },
    { ...options, policy, isChange: true },
  );
}

function aborted(cause: unknown): MailError {
  return new MailError("The operation was aborted", {
    code: "aborted",
    protocol: "imap",
    phase: "use",
    connectionBroken: true,
    cause: cause instanceof Error ? cause : undefined,
  });
}
