import type { MailError, ServerReply } from "../errors/mail-error.js";

/**
 * What happened to a message.
 *
 * - `accepted`: by every recipient; the final dot was answered 2xx
 * - `partial`: by some recipients; the others are listed with their reply
 * - `rejected`: refused for good (5xx)
 * - `deferred`: refused for now (4xx), tries used up
 * - `invalid`: did not pass validation; nothing was sent
 * - `not-sent`: the connection, TLS or login failed before the server could have accepted it
 * - `unknown`: the final dot was sent and no complete reply came: it may have been delivered
 */
export type DeliveryStatus =
  | "accepted"
  | "partial"
  | "rejected"
  | "deferred"
  | "invalid"
  | "not-sent"
  | "unknown";

/** What happened to a message for one recipient. */
export interface RecipientResult {
  readonly address: string;
  readonly status: "accepted" | "rejected" | "deferred" | "not-sent" | "unknown";
  /** The server's answer to this recipient; absent when it was never asked. */
  readonly reply?: ServerReply | undefined;
}

/** One try at handing over a message. */
export interface DeliveryAttempt {
  readonly startedAt: Date;
  readonly durationMs: number;
  /**
   * How far it came: `"connect"`, `"auth"`, `"mail"`, `"rcpt"`, `"data"`, `"body"`, `"data-end"`, `"done"`; when it was
   * ended from outside also `"queue"`, `"compose"`, `"rate"`, `"ledger"` or `"acquire"`.
   */
  readonly phase: string;
  readonly connectionId?: string | undefined;
  readonly error?: MailError | undefined;
}

/** A reason why a message cannot be sent as it is. */
export interface ValidationProblem {
  /** Where, such as `"to[2]"` or `"attachments[0].filename"`. */
  readonly path: string;
  /** Which rule, such as `"address-syntax"` or `"too-large"`. */
  readonly code: string;
  readonly message: string;
}

/** Everything known about one send; never throws, never lies. */
export interface DeliveryResult {
  readonly status: DeliveryStatus;
  /** With angle brackets; the same in every attempt. Empty when the message was not composed and names none. */
  readonly messageId: string;
  /** The server's own id for it (`queued as …`), when the reply holds one. */
  readonly serverMessageId?: string | undefined;
  /** When the final dot was answered. */
  readonly sentAt?: Date | undefined;
  /** The reply that decided the status. */
  readonly response?: ServerReply | undefined;
  readonly recipients: readonly RecipientResult[];
  readonly attempts: readonly DeliveryAttempt[];
  readonly problems: readonly ValidationProblem[];
  /** Sending the same message again later is harmless and may work. */
  readonly retryable: boolean;
  toJSON(): Record<string, unknown>;
}
