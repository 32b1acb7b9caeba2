import { type DeliveryResult, isMailError, MailError } from "@mailwright/core";
import { abortError, publishDiagnostic, roundMs } from "@mailwright/core/internal";
import type { SmtpPoolKey } from "../connection/smtp-account.js";
import type { SmtpConnections } from "../connection/smtp-pool.js";
import { InvalidMessageError } from "../message/invalid-message-error.js";
import type { ResolvedMessageLimits } from "../message/message-limits.js";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../message/rendered-message.js";
import { recheckRendered } from "../render/recheck-rendered.js";
import { isRendered } from "../render/render-message.js";
import { requireObject } from "../validate/validate-message.js";
import { type DeliverySettings, deliver } from "./deliver.js";
import { DeliveryState, invalidResult, recipientsOf } from "./delivery-state.js";
import type { SendCall, SendOptions } from "./send-call.js";
import type { SendPace } from "./send-pace.js";
import type { SendQueue } from "./send-queue.js";
import { whileComposing } from "./while-composing.js";

/** What all sends of one client share. */
export interface Sender {
  readonly pool: SmtpConnections;
  readonly key: SmtpPoolKey;
  readonly settings: DeliverySettings;
  readonly limits: ResolvedMessageLimits;
  readonly queue: SendQueue;
  readonly pace: SendPace;
  /** Renders with the client's own sender and keys. */
  readonly render: (message: OutgoingMessage, options: SendOptions) => Promise<RenderedMessage>;
}

/** Sends one message: its turn in the queue, rendering, rates, and as many attempts as the policy allows. */
export async function sendMessage(
  message: OutgoingMessage | RenderedMessage,
  call: SendCall,
  sender: Sender,
): Promise<DeliveryResult> {
  const since = performance.now();
  const result = await run(message, call, sender);
  publishDiagnostic("mailwright:send", () => ({
    messageId: result.messageId,
    status: result.status,
    recipients: result.recipients.length,
    attempts: result.attempts.length,
    durationMs: roundMs(performance.now() - since),
  }));
  return result;
}

async function run(
  message: OutgoingMessage | RenderedMessage,
  { options, progress, signal }: SendCall,
  sender: Sender,
): Promise<DeliveryResult> {
  const { pool, key, settings, queue, pace } = sender;
  const startedAt = new Date();
  const since = performance.now();
  let turn: (() => void) | undefined;
  try {
    requireObject(message);
    turn = await queue.enter(signal);
    progress.enter("compose");
    const letGo = (): void => {
      turn?.();
      turn = undefined;
    };
    const rendered = isRendered(message)
      ? recheckRendered(message, sender.limits)
      : await whileComposing(
          message,
          sender.render(resumable(message, options.resume), {
            signal,
            idempotencyKey: options.idempotencyKey,
          }),
          letGo,
        );
    requireSame(rendered, options.resume);
    const admit = async (recipients: number): Promise<() => void> => {
      progress.enter("queue");
      const current = turn ?? (await queue.enter(signal));
      turn = undefined;
      progress.enter("rate");
      await pace.admit(recipients, signal).catch((error: unknown) => {
        current();
        throw error;
      });
      return current;
    };
    const state = await deliver(rendered, {
      pool,
      key,
      settings,
      progress,
      signal,
      idempotencyKey: options.idempotencyKey,
      resume: options.resume,
      admit,
      observe: (outcome) => pace.observe(outcome),
    });
    return state.toResult();
  } catch (thrown) {
    if (thrown instanceof InvalidMessageError) return invalidResult(thrown.problems);
    if (!isMailError(thrown) || thrown instanceof ResumeError) throw thrown;
    const error = signal.aborted ? abortError(signal, "smtp") : thrown;
    const state = new DeliveryState(message.messageId ?? "", recipientsOf(message));
    const durationMs = roundMs(performance.now() - since);
    state.fail({ startedAt, durationMs, phase: error.phase ?? progress.phase, error });
    return state.toResult();
  } finally {
    turn?.();
  }
}

/** Another message than the one that is to be resumed: a mistake in the call, and no outcome. */
class ResumeError extends MailError {}

function resumable(message: OutgoingMessage, resume: DeliveryResult | undefined): OutgoingMessage {
  if (resume === undefined || resume.messageId === "" || message.raw !== undefined) return message;
  return { ...message, messageId: message.messageId ?? resume.messageId };
}

function requireSame({ messageId }: RenderedMessage, resume: DeliveryResult | undefined): void {
  if (resume === undefined || resume.messageId === "" || resume.messageId === messageId) return;
  const details = { code: "invalid-argument", protocol: "smtp" } as const;
  throw new ResumeError(
    `resume is the result of ${resume.messageId}, and the message is ${messageId}`,
    details,
  );
}
