// What methods here answer comes from core: callers who have only this package must be able to name it.
export type {
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
export { createSmtpPool, type SmtpPool } from "./connection/smtp-pool.js";
export type { SmtpConnectionReport, TestConnectionOptions } from "./connection/test-connection.js";
export { createFileLedger, type FileLedger } from "./ledger/file-ledger.js";
export { InvalidMessageError } from "./message/invalid-message-error.js";
export type { MessageLimits } from "./message/message-limits.js";
export type {
  AddressInput,
  AddressList,
  CalendarInvitation,
  Content,
  DkimKey,
  DkimOptions,
  DsnRequest,
  ListHeaders,
  OutgoingAlternative,
  OutgoingAttachment,
  OutgoingMessage,
  SmtpEnvelope,
} from "./message/outgoing-message.js";
export { type RenderOptions, renderMessage } from "./render/render-message.js";
export { RenderedMessage } from "./render/restore-rendered.js";
export type { DeliveryLedger, LedgerEntry, LedgerOutcome } from "./send/delivery-ledger.js";
export { deliveryResultFrom } from "./send/restore-delivery.js";
export type { SendAllOptions } from "./send/send-all.js";
export type { SendOptions } from "./send/send-call.js";
export type { SendItem } from "./send/send-window.js";
export type { IndexedDeliveryResult } from "./send/settled-delivery.js";
export { SmtpClient } from "./smtp-client.js";
export type { SmtpAuthMethod, SmtpRateLimits, SmtpTimeouts } from "./smtp-limits.js";
export type { SmtpClientOptions } from "./smtp-options.js";
export type { SmtpStats } from "./smtp-stats.js";
export { validateMessage } from "./validate/validate-message.js";
