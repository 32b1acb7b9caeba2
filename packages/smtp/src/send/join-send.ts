import type { DeliveryResult } from "@mailwright/core";
import { abortError, onAbort, roundMs } from "@mailwright/core/internal";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../message/rendered-message.js";
import { DeliveryState, recipientsOf } from "./delivery-state.js";
import type { SendCall } from "./send-call.js";

/**
 * The result of a send that was begun by another call with the same key. When this call's own time is up before, it is
 * `unknown` to this caller what becomes of the message: the other goes on.
 */
export async function joinSend(
  other: Promise<DeliveryResult>,
  message: OutgoingMessage | RenderedMessage,
  { progress, signal }: SendCall,
): Promise<DeliveryResult> {
  const startedAt = new Date();
  const since = performance.now();
  progress.enter("join");
  let stopListening = (): void => {};
  const givenUp = new Promise<undefined>((resolve) => {
    stopListening = onAbort(signal, () => resolve(undefined));
  });
  try {
    const result = await Promise.race([other, givenUp]);
    if (result !== undefined) return result;
  } finally {
    stopListening();
  }
  const state = new DeliveryState(message.messageId ?? "", recipientsOf(message));
  const durationMs = roundMs(performance.now() - since);
  const attempt = { startedAt, durationMs, phase: "join", error: abortError(signal, "smtp", "join") };
  const recipients = recipientsOf(message).map((address) => ({ address, status: "unknown" as const }));
  state.record(attempt, { phase: "data-end", recipients });
  return state.toResult();
}
