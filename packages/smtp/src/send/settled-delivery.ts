import type { DeliveryResult } from "@mailwright/core";

/** A result with everything in it; `toJSON` is on the prototype, so that a copy of its fields is plain data. */
export class SettledDelivery implements DeliveryResult {
  readonly status: DeliveryResult["status"];
  readonly messageId: string;
  readonly serverMessageId: string | undefined;
  readonly sentAt: Date | undefined;
  readonly response: DeliveryResult["response"];
  readonly recipients: DeliveryResult["recipients"];
  readonly attempts: DeliveryResult["attempts"];
  readonly problems: DeliveryResult["problems"];
  readonly retryable: boolean;

  constructor(fields: Omit<DeliveryResult, "toJSON">) {
    this.status = fields.status;
    this.messageId = fields.messageId;
    this.serverMessageId = fields.serverMessageId;
    this.sentAt = fields.sentAt;
    this.response = fields.response;
    this.recipients = fields.recipients;
    this.attempts = fields.attempts;
    this.problems = fields.problems;
    this.retryable = fields.retryable;
  }

  toJSON(): Record<string, unknown> {
    const { status, messageId, serverMessageId, sentAt, response, recipients, problems, retryable } = this;
    const attempts = this.attempts.map((attempt) => ({ ...attempt, error: attempt.error?.toJSON() }));
    const message = { status, messageId, serverMessageId, sentAt, response };
    return { ...message, recipients, attempts, problems, retryable };
  }
}

/** A result with the place of its message in the iterable, 0 for the first. */
export type IndexedDeliveryResult = DeliveryResult & { readonly index: number };

/** An {@link IndexedDeliveryResult} of its own: sends with the same key share one result. */
export class IndexedDelivery extends SettledDelivery implements IndexedDeliveryResult {
  readonly index: number;

  constructor(result: DeliveryResult, index: number) {
    super(result);
    this.index = index;
  }

  override toJSON(): Record<string, unknown> {
    return { index: this.index, ...super.toJSON() };
  }
}
