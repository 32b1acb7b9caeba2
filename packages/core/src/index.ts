export { type ClientOptions, requireOptions } from "./client/client-options.js";
export type { OperationOptions } from "./client/operation-options.js";
export {
  type Credentials,
  type CredentialsProvider,
  type CredentialsSource,
  secretOf,
} from "./credentials/credentials.js";
export { CredentialsResolver } from "./credentials/credentials-resolver.js";
export { Redactor } from "./credentials/redactor.js";
export {
  isMailError,
  MailError,
  type MailErrorCode,
  type MailErrorDetails,
  type MailProtocol,
  type ServerReply,
} from "./errors/mail-error.js";
export { connectionClosed, fromSocketError, type SocketErrorContext } from "./errors/socket-error.js";
export { type DiagnosticEvents, publishDiagnostic } from "./observe/diagnostics.js";
export { guardLogger } from "./observe/guarded-logger.js";
export { type LoggedOpeningOptions, loggedOpening } from "./observe/logged-opening.js";
export { type Logger, type LogMethod, silentLogger } from "./observe/logger.js";
export type { Transcript, TranscriptEntry } from "./observe/transcript.js";
export { ConnectionPool } from "./pool/connection-pool.js";
export { accountKey } from "./pool/contract/account-key.js";
export type { ConnectionFactory } from "./pool/contract/connection-factory.js";
export type { AcquireOptions, Lease } from "./pool/contract/lease.js";
export type { PoolKey } from "./pool/contract/pool-key.js";
export { type PoolLimits, type ResolvedPoolLimits, resolvePoolLimits } from "./pool/contract/pool-limits.js";
export type { PoolOptions } from "./pool/contract/pool-options.js";
export type { PoolStats } from "./pool/contract/pool-stats.js";
export { type RateLimit, RateLimiter } from "./rate/rate-limiter.js";
export { type BatchItem, type BatchResult, toBatchResult } from "./results/batch-result.js";
export type { ConnectionReport } from "./results/connection-report.js";
export type {
  DeliveryAttempt,
  DeliveryResult,
  DeliveryStatus,
  RecipientResult,
  ValidationProblem,
} from "./results/delivery-result.js";
export type { EmailAddress, EmailGroup } from "./results/email-address.js";
export type { MoveResult } from "./results/move-result.js";
export { type Result, toResult } from "./results/result.js";
export type { StoreResult } from "./results/store-result.js";
export type { SyncBatch, SyncCursor } from "./results/sync-cursor.js";
export type { SyncEvent, SyncId } from "./results/sync-event.js";
export { type Backoff, exponentialBackoff, fixedBackoff } from "./retry/backoff.js";
export { loggedRetry } from "./retry/logged-retry.js";
export { type RetryEvent, type RetryOptions, type RetryPolicy, retry } from "./retry/retry.js";
export { RetryBudget } from "./retry/retry-budget.js";
export type { SaslMechanismName } from "./sasl/sasl-mechanism.js";
export { type DialOptions, dial, isLoopback } from "./server/dial.js";
export type { HostPolicy, HostPolicyRequest } from "./server/host-policy.js";
export {
  type ResolvedServer,
  resolveServer,
  type Security,
  type ServerOptions,
  type TlsOptions,
} from "./server/server-options.js";
export { abortError, onAbort, sleep, throwIfAborted } from "./time/abort.js";
export { type Clock, systemClock } from "./time/clock.js";
export { type DeadlineOptions, withDeadline } from "./time/deadline.js";
export { roundMs } from "./time/round-ms.js";
