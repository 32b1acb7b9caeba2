import type { DeliveryResult, OperationOptions } from "@mailwright/core";
import type { OutgoingMessage } from "./outgoing-message.js";

/** How `sendAll` works through its messages; `signal` and `timeoutMs` are for each message. */
export interface SendAllOptions extends OperationOptions {
  /** Messages worked on at a time. @defaultValue twice the connections of the pool */
  readonly concurrency?: number | undefined;
  /** `"input"` yields in the order of the messages, `"completion"` as they are done. @defaultValue "input" */
  readonly order?: "input" | "completion" | undefined;
}

/** A result with the place of its message in the iterable, 0 for the first. */
export type IndexedDeliveryResult = DeliveryResult & { readonly index: number };

type Messages = Iterable<OutgoingMessage> | AsyncIterable<OutgoingMessage>;

/**
 * Pulls messages, at most `concurrency` ahead of the results taken, and yields what `send` makes of them.
 * Leaving the loop early takes no further message and waits for those under way.
 */
export async function* sendAll(
  messages: Messages,
  send: (message: OutgoingMessage) => Promise<DeliveryResult>,
  options: SendAllOptions & { readonly concurrency: number },
): AsyncGenerator<IndexedDeliveryResult, void, undefined> {
  const { concurrency, order = "input" } = options;
  const source = iterate(messages);
  const working = new Map<number, Promise<IndexedDeliveryResult>>();
  let index = 0;
  let isExhausted = false;
  try {
    for (;;) {
      while (!isExhausted && working.size < concurrency) {
        const next = await source.next();
        if (next.done === true) isExhausted = true;
        else {
          const sending = sendOne(send, next.value, index);
          // It may fail (a client that was closed) before its turn to be awaited comes.
          sending.catch(() => {});
          working.set(index++, sending);
        }
      }
      const [oldest] = working.values();
      if (oldest === undefined) return;
      const result = await (order === "input" ? oldest : Promise.race(working.values()));
      working.delete(result.index);
      yield result;
    }
  } finally {
    await Promise.allSettled(working.values());
    if (!isExhausted) await source.return?.(undefined);
  }
}

async function sendOne(
  send: (message: OutgoingMessage) => Promise<DeliveryResult>,
  message: OutgoingMessage,
  index: number,
): Promise<IndexedDeliveryResult> {
  const result = await send(message);
  return Object.assign(result, { index });
}

function iterate(
  messages: Messages,
): AsyncIterator<OutgoingMessage, unknown, undefined> | Iterator<OutgoingMessage, unknown, undefined> {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
}
