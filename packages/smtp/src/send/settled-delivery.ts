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

/** A result with what its message is known by. */
export type IndexedDeliveryResult<Tag = unknown> = DeliveryResult & DeliveryPlace<Tag>;

/** Which of the messages of an iterable a result belongs to. */
export interface DeliveryPlace<Tag> {
  /** 0 for the first. */
  readonly index: number;
  /** What came with the message. */
  readonly tag: Tag | undefined;
  readonly idempotencyKey: string | undefined;
}

/** An {@link IndexedDeliveryResult} of its own: sends with the same key share one result. */
export class IndexedDelivery<Tag> extends SettledDelivery implements IndexedDeliveryResult<Tag> {
  readonly index: number;
  readonly tag: Tag | undefined;
  readonly idempotencyKey: string | undefined;

  constructor(result: DeliveryResult, { index, tag, idempotencyKey }: DeliveryPlace<Tag>) {
    super(result);
    this.index = index;
    this.tag = tag;
    this.idempotencyKey = idempotencyKey;
  }

  /** Without the tag, which is the caller's and may be anything. */
  override toJSON(): Record<string, unknown> {
    const { index, idempotencyKey } = this;
    return { index, idempotencyKey, ...super.toJSON() };
  }
}
