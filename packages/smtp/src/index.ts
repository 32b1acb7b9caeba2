// What methods here answer comes from core: callers who have only this package must be able to name it.
export type {
  ConnectionPool,
  ConnectionReport,
  Credentials,
  CredentialsProvider,
  DeliveryAttempt,
  DeliveryResult,
  DeliveryStatus,
  EmailAddress,
  MailError,
  MailErrorCode,
  OperationOptions,
  PoolLimits,
  PoolStats,
  RecipientResult,
  ServerOptions,
  ServerReply,
  ValidationProblem,
} from "@mailwright/core";
export type { CalendarInvitation } from "./calendar-invitation.js";
export type { Content } from "./content.js";
export type { DeliveryLedger, LedgerEntry, LedgerOutcome } from "./delivery-ledger.js";
export type { DeliveryNotification } from "./delivery-notification.js";
export type { DkimKey, DkimOptions } from "./dkim-options.js";
export type { Envelope } from "./envelope.js";
export type { IndexedDeliveryResult } from "./indexed-delivery.js";
export type { ListHeaders } from "./list-headers.js";
export { MessageInvalid } from "./message-invalid.js";
export type { MessageLimits } from "./message-limits.js";
export type { OutgoingAlternative, OutgoingAttachment } from "./outgoing-attachment.js";
export type { AddressInput, AddressList, OutgoingMessage } from "./outgoing-message.js";
export { type RenderOptions, renderMessage } from "./render-message.js";
export type { RenderedMessage } from "./rendered-message.js";
export type { SendAllOptions } from "./send-all.js";
export type { SmtpPoolKey } from "./smtp-account.js";
export { type SendOptions, SmtpClient } from "./smtp-client.js";
export type { AuthMethod, SmtpClientOptions, SmtpRateLimits, SmtpTimeouts } from "./smtp-options.js";
export { createSmtpPool } from "./smtp-pool.js";
export type { SmtpProvider } from "./smtp-provider.js";
export { findSmtpProvider, smtpProviders } from "./smtp-providers.js";
export type { SmtpSession } from "./smtp-session.js";
export type { SmtpStats } from "./smtp-stats.js";
export type { SmtpConnectionReport, TestConnectionOptions } from "./test-connection.js";
export { validateMessage } from "./validate-message.js";
