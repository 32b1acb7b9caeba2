// What methods here answer comes from core: callers who have only this package must be able to name it.
export type {
  BatchItem,
  BatchResult,
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
  SyncBatch,
  SyncCursor,
  SyncEvent,
  SyncPlace,
  SyncProgress,
  SyncResetReason,
} from "@mailwright/core";
export type { AppendOptions, AppendResult, AppendSource } from "./change/append.js";
export type { AppendItem } from "./change/append-all.js";
export type { DeleteResult } from "./change/delete-messages.js";
export type { ImapMoveResult } from "./change/move.js";
export { PartialChangeError } from "./change/partial-change-error.js";
export type { ImapTraffic } from "./connection/client-state.js";
export { createImapPool, type ImapPool } from "./connection/imap-pool.js";
export type { AttachmentDownload, MessageDownload } from "./fetch/download.js";
export type { ImapAttachment, ImapMessage, MessageBody, MessagesQuery } from "./fetch/imap-message.js";
export type { UnfetchableMessages } from "./fetch/missing-messages.js";
export type { Folder, FolderRole, FolderStatus } from "./folders/folder.js";
export type { Quota } from "./folders/quota.js";
export { ImapClient, type StoreOptions } from "./imap-client.js";
export type { ImapFolders } from "./imap-folders.js";
export type { ImapFollower } from "./imap-follower.js";
export type { ImapAuthMethod, ImapLimits, ImapTimeouts } from "./imap-limits.js";
export type { ImapClientOptions } from "./imap-options.js";
export type { ImapReader } from "./imap-reader.js";
export type { SearchQuery } from "./search/search-query.js";
export type { SortKey, ThreadNode } from "./search/sort-thread.js";
export type { FolderPath } from "./session/folder-path.js";
export type { ImapState } from "./session/imap-session.js";
export type { Namespace, Namespaces } from "./session/namespaces.js";
export type {
  ImapAccountBatch,
  ImapFolderEvent,
  ImapSyncAllOptions,
} from "./sync/account/account-options.js";
export type {
  ImapSyncBatch,
  ImapSyncEvent,
  ImapSyncOptions,
  SyncContentOptions,
  SyncStrategy,
} from "./sync/sync-options.js";
export type { AccountWatchOptions } from "./watch/account-watch-options.js";
export type { Watch } from "./watch/watch.js";
export type { FlagChange, WatchEvent, WatchOptions } from "./watch/watch-event.js";
export type { Envelope } from "./wire/answers/envelope.js";
export type { AttachedMessage, ImapPart } from "./wire/answers/part-tree.js";
export type { ModSeq } from "./wire/values.js";
