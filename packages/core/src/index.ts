export type { ClientOptions, OperationOptions } from "./client/client-options.js";
export type { Credentials, CredentialsProvider, CredentialsSource } from "./credentials/credentials.js";
export {
  isMailError,
  MailError,
  type MailErrorCode,
  type MailErrorDetails,
  type MailProtocol,
  type ServerReply,
} from "./errors/mail-error.js";
export type { DiagnosticEvents } from "./observe/diagnostics.js";
export { type Logger, type LogMethod, silentLogger } from "./observe/logger.js";
export type { Transcript, TranscriptEntry } from "./observe/transcript.js";
export { ConnectionPool } from "./pool/connection-pool.js";
export type { ConnectionFactory } from "./pool/contract/connection-factory.js";
export type { AcquireOptions, Lease } from "./pool/contract/lease.js";
export type { PoolKey } from "./pool/contract/pool-key.js";
export type { PoolLimits } from "./pool/contract/pool-limits.js";
export type { PoolOptions } from "./pool/contract/pool-options.js";
export type { PoolStats } from "./pool/contract/pool-stats.js";
export { type RateLimit, RateLimiter } from "./rate/rate-limiter.js";
export type { BatchItem, BatchResult } from "./results/batch-result.js";
export type { ConnectionReport } from "./results/connection-report.js";
export type {
  DeliveryAttempt,
  DeliveryResult,
  DeliveryStatus,
  RecipientResult,
  ValidationProblem,
} from "./results/delivery-result.js";
export type { EmailAddress, EmailGroup } from "./results/email-address.js";
export type { MoveResult, StoreResult } from "./results/message-changes.js";
export { type Result, toResult } from "./results/result.js";
export type {
  SyncBatch,
  SyncCursor,
  SyncEvent,
  SyncId,
  SyncPlace,
  SyncProgress,
  SyncResetReason,
} from "./results/sync.js";
export { type Backoff, exponentialBackoff, fixedBackoff } from "./retry/backoff.js";
export { type RetryEvent, type RetryOptions, type RetryPolicy, retry } from "./retry/retry.js";
export { RetryBudget } from "./retry/retry-budget.js";
export type { SaslMechanismName } from "./sasl/sasl-mechanism.js";
export type { HostPolicy, HostPolicyRequest } from "./server/host-policy.js";
export type {
  ConnectHook,
  ConnectTarget,
  Security,
  ServerOptions,
  TlsOptions,
} from "./server/server-options.js";
export { sleep } from "./time/abort.js";
export { type Clock, systemClock } from "./time/clock.js";
export { type DeadlineOptions, withDeadline } from "./time/deadline.js";
