import { MailError } from "@mailwright/core";
import type { ImapClient, ImapMessage } from "@mailwright/imap";

/** Waits for one message in the inbox; started before the message is sent, so that none is missed. */
export interface ArrivalWatch {
  /** Resolves once the server tells of changes in the inbox. */
  readonly ready: Promise<void>;
  /** The message with this Message-ID, and how long it took from the call. */
  find(messageId: string): Promise<{ readonly message: ImapMessage; readonly waitedMs: number }>;
  stop(): Promise<void>;
}

/** Watches the inbox by IDLE. */
export function watchForArrival(imap: ImapClient, timeoutMs: number): ArrivalWatch {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
  const events = imap.watch("INBOX", { signal });
  const first = events.next();
  return {
    ready: first.then(() => {}),
    async find(messageId) {
      const since = performance.now();
      for await (const event of events) {
        if (event.type !== "added") continue;
        for await (const message of imap.messages("INBOX", { uids: event.uids, body: "full" })) {
          if (message.messageId === messageId) return { message, waitedMs: performance.now() - since };
        }
      }
      const text = `The message did not arrive within ${timeoutMs / 1_000} s`;
      throw new MailError(text, { code: "timeout", protocol: "imap", phase: "idle" });
    },
    async stop() {
      stopping.abort();
      await events.return();
    },
  };
}
