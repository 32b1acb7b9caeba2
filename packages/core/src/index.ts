export { abortError, onAbort, sleep, throwIfAborted } from "./abort.js";
export { accountKey } from "./account-key.js";
export { type Backoff, exponentialBackoff, fixedBackoff } from "./backoff.js";
export { type BatchItem, type BatchResult, toBatchResult } from "./batch-result.js";
export { type ClientOptions, requireOptions } from "./client-options.js";
export { type Clock, systemClock } from "./clock.js";
export type { ConnectionFactory } from "./connection-factory.js";
export { ConnectionPool } from "./connection-pool.js";
export type { ConnectionReport } from "./connection-report.js";
export {
  type Credentials,
  type CredentialsProvider,
  type CredentialsSource,
  secretOf,
} from "./credentials.js";
export { CredentialsResolver } from "./credentials-resolver.js";
export { type DeadlineOptions, withDeadline } from "./deadline.js";
export type {
  DeliveryAttempt,
  DeliveryResult,
  DeliveryStatus,
  RecipientResult,
  ValidationProblem,
} from "./delivery-result.js";
export { type DiagnosticEvents, publishDiagnostic } from "./diagnostics.js";
export { type DialOptions, dial, isLoopback } from "./dial.js";
export type { EmailAddress, EmailGroup } from "./email-address.js";
export type { HostPolicy, HostPolicyRequest } from "./host-policy.js";
export type { AcquireOptions, Lease } from "./lease.js";
export { type LoggedOpeningOptions, loggedOpening } from "./logged-opening.js";
export { loggedRetry } from "./logged-retry.js";
export { type Logger, type LogMethod, silentLogger } from "./logger.js";
export {
  isMailError,
  MailError,
  type MailErrorCode,
  type MailErrorDetails,
  type MailProtocol,
  type ServerReply,
} from "./mail-error.js";
export type { MoveResult } from "./move-result.js";
export type { OperationOptions } from "./operation-options.js";
export type { PoolKey } from "./pool-key.js";
export { type PoolLimits, type ResolvedPoolLimits, resolvePoolLimits } from "./pool-limits.js";
export type { PoolOptions } from "./pool-options.js";
export type { PoolStats } from "./pool-stats.js";
export { type RateLimit, RateLimiter } from "./rate-limiter.js";
export { Redactor } from "./redactor.js";
export { type Result, toResult } from "./result.js";
export { type RetryEvent, type RetryOptions, type RetryPolicy, retry } from "./retry.js";
export { RetryBudget } from "./retry-budget.js";
export { roundMs } from "./round-ms.js";
export {
  type ResolvedServer,
  resolveServer,
  type Security,
  type ServerOptions,
  type TlsOptions,
} from "./server-options.js";
export { connectionClosed, fromSocketError, type SocketErrorContext } from "./socket-error.js";
export type { StoreResult } from "./store-result.js";
export type { SyncBatch, SyncCursor } from "./sync-cursor.js";
export type { SyncEvent, SyncId } from "./sync-event.js";
export type { Transcript, TranscriptEntry } from "./transcript.js";
export { unfailingLogger } from "./unfailing-logger.js";
