// What methods here answer comes from core: callers who have only this package must be able to name it.
export type {
  ConnectionPool,
  ConnectionReport,
  Credentials,
  CredentialsProvider,
  EmailAddress,
  MailError,
  MailErrorCode,
  MoveResult,
  OperationOptions,
  PoolLimits,
  PoolStats,
  ServerOptions,
  ServerReply,
  StoreResult,
} from "@mailwright/core";
export type { Namespace, Namespaces, Quota } from "./account-info.js";
export type { AppendRequest, AppendResult, AppendSource } from "./append.js";
export type { DeleteResult } from "./delete-messages.js";
export type { AttachmentDownload, MessageDownload } from "./download.js";
export type { Folder, FolderRole, FolderStatus } from "./folder.js";
export { ImapClient, type StoreOptions } from "./imap-client.js";
export type { ImapTraffic } from "./imap-connections.js";
export type { ImapAttachment, ImapMessage, MessageBody, MessagesQuery } from "./imap-message.js";
export type { ImapAuthMethod, ImapClientOptions, ImapLimits, ImapTimeouts } from "./imap-options.js";
export { createImapPool } from "./imap-pool.js";
export type { ImapPoolKey } from "./imap-pool-key.js";
export type { ImapReader } from "./imap-reader.js";
export type { ImapSession, ImapState } from "./imap-session.js";
export type { Modseq } from "./modseq.js";
export type { ImapMoveResult } from "./move.js";
export {
  findProvider,
  type ProviderLogin,
  type ProviderPreset,
  type ProviderServer,
  providerPresets,
} from "./provider-presets.js";
export type { SearchQuery } from "./search-query.js";
export type { SortKey, ThreadNode } from "./sort-thread.js";
export type { Unfetchable } from "./unfetchable.js";
export type { FlagsOfMessage, WatchEvent, WatchOptions } from "./watch-event.js";
export type { Watching } from "./watching.js";
