import type {
  DeliveryAttempt,
  DeliveryResult,
  DeliveryStatus,
  MailError,
  RecipientResult,
  ServerReply,
  ValidationProblem,
} from "@mailwright/core";
import type { OutgoingMessage } from "../message/outgoing-message.js";
import type { RenderedMessage } from "../message/rendered-message.js";
import type { TransactionOutcome } from "../transaction/conclude.js";
import { SettledDelivery } from "./settled-delivery.js";

/** What is known so far about one send, over all its attempts. */
export class DeliveryState {
  readonly attempts: DeliveryAttempt[] = [];
  readonly #messageId: string;
  readonly #results = new Map<string, RecipientResult>();
  #response: ServerReply | undefined;
  #serverMessageId: string | undefined;
  #sentAt: Date | undefined;
  #lastError: MailError | undefined;

  /** `resumed` is what earlier sends of the same message came to. */
  constructor(messageId: string, recipients: readonly string[], resumed?: DeliveryResult) {
    this.#messageId = messageId;
    for (const address of recipients) this.#results.set(address, { address, status: "not-sent" });
    if (resumed === undefined) return;
    for (const result of resumed.recipients)
      if (this.#results.has(result.address)) this.#results.set(result.address, result);
    this.attempts.push(...resumed.attempts);
    this.#response = resumed.response;
    this.#serverMessageId = resumed.serverMessageId;
    this.#sentAt = resumed.sentAt;
    this.#lastError = resumed.attempts.at(-1)?.error;
  }

  /** Those that another attempt may go to without anybody getting the message twice. */
  pending(retryUnknown: boolean): string[] {
    const isPending = ({ status }: RecipientResult): boolean =>
      status === "not-sent" || status === "deferred" || (retryUnknown && status === "unknown");
    return [...this.#results.values()].filter(isPending).map(({ address }) => address);
  }

  /** Takes over what an attempt came to. */
  record(attempt: DeliveryAttempt, outcome: TransactionOutcome): void {
    this.attempts.push(attempt);
    this.#lastError = attempt.error;
    for (const result of outcome.recipients) this.#results.set(result.address, result);
    const hasAccepted = outcome.recipients.some(({ status }) => status === "accepted");
    if (hasAccepted) this.#sentAt = new Date(attempt.startedAt.getTime() + attempt.durationMs);
    if (hasAccepted || this.#sentAt === undefined) this.#response = outcome.response;
    this.#serverMessageId = outcome.serverMessageId ?? this.#serverMessageId;
  }

  /** Takes over why the message did not even come to an attempt. */
  fail(attempt: DeliveryAttempt): void {
    this.record(attempt, { phase: "mail", recipients: [] });
  }

  toResult(): DeliveryResult {
    const recipients = [...this.#results.values()];
    const status = deliveryStatus(recipients);
    const retryable = isRetryable(status, this.#lastError);
    return new SettledDelivery({
      status,
      messageId: this.#messageId,
      serverMessageId: this.#serverMessageId,
      sentAt: this.#sentAt,
      response: this.#response,
      recipients,
      attempts: this.attempts,
      problems: [],
      retryable,
    });
  }
}

/**
 * The one status of a message from those of its recipients. Doubt outweighs everything: a message that may
 * have been taken for anybody is `unknown`.
 */
function deliveryStatus(recipients: readonly RecipientResult[]): DeliveryStatus {
  const has = (status: RecipientResult["status"]): boolean =>
    recipients.some((recipient) => recipient.status === status);
  if (has("unknown")) return "unknown";
  if (has("accepted"))
    return recipients.every(({ status }) => status === "accepted") ? "accepted" : "partial";
  if (has("not-sent")) return "not-sent";
  if (has("deferred")) return "deferred";
  return has("rejected") ? "rejected" : "not-sent";
}

/** The result of a message that was refused by validation. */
export function invalidResult(problems: readonly ValidationProblem[]): DeliveryResult {
  const none = { serverMessageId: undefined, sentAt: undefined, response: undefined };
  const empty = { messageId: "", recipients: [], attempts: [], retryable: false };
  return new SettledDelivery({ status: "invalid", problems, ...none, ...empty });
}

/** Of the whole message: what is `partial` would reach those again who have it. */
function isRetryable(status: DeliveryStatus, error: MailError | undefined): boolean {
  if (status !== "not-sent") return status === "deferred";
  return error === undefined || error.retryable || error.code === "aborted" || error.code === "closed";
}

/** The recipients as they were given, for a message that came to nothing before it was checked. */
export function recipientsOf(message: OutgoingMessage | RenderedMessage): readonly string[] {
  if ("recipients" in message) return message.recipients;
  const lists = [message.to, message.cc, message.bcc].flatMap((list) => list ?? []);
  const named = lists.map((entry) => (typeof entry === "object" ? entry.address : String(entry)));
  return message.envelope?.to ?? named;
}
