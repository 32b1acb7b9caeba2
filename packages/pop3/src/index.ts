// What methods here answer comes from core: callers who have only this package must be able to name it.
export type {
  BatchItem,
  BatchResult,
  ConnectionReport,
  Credentials,
  CredentialsProvider,
  MailError,
  MailErrorCode,
  OperationOptions,
  PoolLimits,
  PoolStats,
  ServerOptions,
  ServerReply,
  SyncBatch,
  SyncCursor,
  SyncEvent,
  SyncProgress,
  SyncResetReason,
} from "@mailwright/core";
export { createPop3Pool, type Pop3Pool } from "./connection/pop3-pool.js";
export { Pop3Client } from "./pop3-client.js";
export type { Pop3AuthMethod, Pop3Limits, Pop3Timeouts } from "./pop3-limits.js";
export type { Pop3ClientOptions } from "./pop3-options.js";
export type { Pop3Message } from "./session/fetch-window.js";
export type { Pop3MessageInfo } from "./session/listing.js";
export type { FetchedMessages } from "./session/message-fetcher.js";
export type { Pop3MessageRef } from "./session/message-ref.js";
export type { Pop3Session } from "./session/pop3-session.js";
export type { Pop3SyncBatch, Pop3SyncEvent, Pop3SyncMessage, Pop3SyncOptions } from "./sync/sync-options.js";
export type { MessageSize, MessageUidl, Pop3Stat } from "./wire/parse-listing.js";
export type { Pop3Capabilities } from "./wire/pop3-capabilities.js";
