import { MailError, type OperationOptions } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import { type KeyOf, type Messages, type SendOne, SendWindow } from "./send-window.js";
import type { IndexedDeliveryResult } from "./settled-delivery.js";

/**
 * How `sendAll` works through its messages. `timeoutMs` is for each message; `signal` ends those under way and
 * takes no more.
 */
export interface SendAllOptions extends OperationOptions {
  /** Messages worked on at a time. @defaultValue three times the connections of the pool */
  readonly concurrency?: number | undefined;
  /** `"input"` yields in the order of the messages, `"completion"` as they are done. @defaultValue "input" */
  readonly order?: "input" | "completion" | undefined;
  /**
   * Names the send of each message that brings no key of its own, as `idempotencyKey` of `send` does; `undefined` leaves one without a name. What
   * it throws ends the sending as a failing source does. @defaultValue none
   */
  readonly idempotencyKey?: KeyOf | undefined;
}

/**
 * Pulls messages, at most `concurrency` ahead of the results taken, and yields what `send` makes of them, also
 * while the source has nothing more yet. When the source or a send fails or the signal fires, it takes no further
 * message, yields the results of those under way, and rejects then. Leaving the loop early takes no further
 * message and waits for those under way.
 */
export async function* sendAll<Tag>(
  messages: Messages<Tag>,
  send: SendOne<Tag>,
  options: SendAllOptions & { readonly concurrency: number },
): AsyncGenerator<IndexedDeliveryResult<Tag>, void, undefined> {
  const { concurrency, order = "input", signal, idempotencyKey = () => undefined } = options;
  requireUsable(concurrency, order);
  const window = new SendWindow(messages, send, idempotencyKey, concurrency);
  const stopListening = onAbort(signal, () => signal && window.fail(abortError(signal, "smtp", "queue")));
  try {
    for (;;) {
      window.fill();
      const result = window.take(order);
      if (result !== undefined) yield result;
      else if (window.isOver) break;
      else await window.change();
    }
    window.rethrow();
  } finally {
    stopListening();
    await window.stop();
  }
}

/** With no message under way nothing would ever come. */
function requireUsable(concurrency: unknown, order: unknown): void {
  const invalid = (message: string): MailError =>
    new MailError(message, { code: "invalid-argument", protocol: "smtp" });
  const isCount = Number.isInteger(concurrency) || concurrency === Number.POSITIVE_INFINITY;
  if (!isCount || Number(concurrency) < 1) throw invalid("concurrency must be a whole number and at least 1");
  if (order !== "input" && order !== "completion") throw invalid("order is neither input nor completion");
}
