import {
  type DeliveryAttempt,
  type DeliveryResult,
  isMailError,
  type Logger,
  MailError,
  type RecipientResult,
  type RetryPolicy,
  retry,
} from "@mailwright/core";
import { loggedRetry, roundMs } from "@mailwright/core/internal";
import type { RenderedMessage } from "../message/rendered-message.js";
import { asThrottled, isThrottling } from "../smtp-error.js";
import type { TransactionOutcome } from "../transaction/conclude.js";
import type { DeliveryLedger } from "./delivery-ledger.js";
import { DeliveryState } from "./delivery-state.js";
import { settledBefore } from "./settled-before.js";
import { type PooledContext, type PooledOutcome, transact } from "./transact.js";

/** Those of a client's options that delivering depends on. */
export interface DeliverySettings {
  readonly retry: RetryPolicy;
  readonly retryUnknown: boolean;
  readonly ledger: DeliveryLedger | undefined;
  readonly logger: Logger;
}

/** What delivering takes beside the message. */
export interface DeliverContext extends PooledContext {
  readonly settings: DeliverySettings;
  readonly idempotencyKey: string | undefined;
  /** What earlier sends of the message came to. */
  readonly resume: DeliveryResult | undefined;
  /** Awaited before each attempt: the turn in the queue, rate limits. The answer ends the turn. */
  readonly admit: (recipients: number) => Promise<() => void>;
  /** Told what each attempt came to. */
  readonly observe: (outcome: TransactionOutcome) => void;
}

/** How long a ledger may take for its last word on an attempt once the send is given up. */
const FINISH_GRACE_MS = 1_000;

/**
 * Hands a rendered message over, again as the policy says, each time only to those who cannot have it yet.
 * Never rejects.
 */
export async function deliver(message: RenderedMessage, context: DeliverContext): Promise<DeliveryState> {
  const { settings, signal } = context;
  const state = new DeliveryState(message.messageId, message.recipients, context.resume);
  if (state.pending(settings.retryUnknown).length === 0) return state;
  const operation = async (): Promise<void> => {
    const error = await attemptOnce(message, state, context);
    if (error === undefined) return;
    context.progress.enter("retry", () => error);
    throw error;
  };
  try {
    await retry(operation, loggedRetry(settings.retry, settings.logger), { signal, protocol: "smtp" });
  } catch (error) {
    const { messageId } = message;
    // Whatever ended the retrying changes nothing of what has happened.
    if (isMailError(error))
      settings.logger.warn({ messageId, code: error.code, phase: error.phase }, error.message);
    else settings.logger.error({ messageId, error: String(error) }, "The retrying failed");
  }
  return state;
}

/** One attempt; the answer is why there should be another, if so. */
async function attemptOnce(
  message: RenderedMessage,
  state: DeliveryState,
  context: DeliverContext,
): Promise<MailError | undefined> {
  const { settings, idempotencyKey, signal } = context;
  const recipients = state.pending(settings.retryUnknown);
  const startedAt = new Date();
  const since = performance.now();
  const entry = {
    messageId: message.messageId,
    idempotencyKey,
    attempt: state.attempts.length + 1,
    from: message.from,
    recipients,
    startedAt,
  };
  let outcome: PooledOutcome;
  let endTurn = (): void => {};
  try {
    endTurn = await context.admit(recipients.length);
    const { ledger } = settings;
    const onAcquired = ledger && (() => settledBefore(ledger.begin(entry), signal, 0));
    outcome = await transact(message, recipients, context, onAcquired);
  } catch (thrown) {
    outcome = failedOutcome(recipients, toMailError(thrown));
  } finally {
    endTurn();
  }
  const { connectionId, error } = outcome;
  const durationMs = roundMs(performance.now() - since);
  const phase = phaseName(outcome);
  const attempt: DeliveryAttempt = { startedAt, durationMs, phase, connectionId, error };
  state.record(attempt, outcome);
  context.observe(outcome);
  settings.logger.debug(
    { messageId: message.messageId, connectionId, phase, durationMs },
    "SMTP attempt ended",
  );
  if (settings.ledger !== undefined) {
    try {
      const record = { ...entry, outcome: attempt, results: outcome.recipients };
      await settledBefore(settings.ledger.finish(record), signal, FINISH_GRACE_MS);
    } catch (thrown) {
      settings.logger.error(
        { messageId: message.messageId, error: String(thrown) },
        "The ledger failed to finish",
      );
    }
  }
  return nextError(state, error, settings.retryUnknown);
}

/** What an attempt that got no connection means for its recipients. */
function failedOutcome(recipients: readonly string[], error: MailError): PooledOutcome {
  const reply = error.server;
  // A 421 or another 4xx instead of the greeting is the server's "not now"; all else is "not at all".
  const isDeferral = reply?.code?.startsWith("4") === true && isBeforeCommands(error.phase);
  const status: RecipientResult["status"] = isDeferral ? "deferred" : "not-sent";
  const results = recipients.map((address) => ({ address, status, reply }));
  const isThrottled = isThrottling(reply);
  const { connectionId } = error;
  return { phase: "mail", recipients: results, response: reply, error, connectionId, isThrottled };
}

function isBeforeCommands(phase: string | undefined): boolean {
  return phase !== "auth" && phase !== "starttls";
}

/** `"done"` when anybody accepted, else where it ended. */
function phaseName({ phase, error, recipients }: PooledOutcome): string {
  const isDone = recipients.some(({ status }) => status === "accepted");
  return isDone || error?.phase === undefined ? phase : error.phase;
}

function nextError(
  state: DeliveryState,
  error: MailError | undefined,
  retryUnknown: boolean,
): MailError | undefined {
  if (error === undefined || state.pending(retryUnknown).length === 0) return undefined;
  if (error.code === "unknown-outcome" && retryUnknown) {
    const { message, protocol, phase } = error;
    return new MailError(message, { code: error.code, protocol, phase, retryable: true });
  }
  return error;
}

function toMailError(thrown: unknown): MailError {
  if (isMailError(thrown)) return asThrottled(thrown);
  return new MailError("The ledger did not let the message go", {
    code: "invalid-argument",
    protocol: "smtp",
    phase: "ledger",
    cause: thrown,
  });
}
