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
export type { AppendRequest, AppendResult, AppendSource } from "./change/append.js";
export type { DeleteResult } from "./change/delete-messages.js";
export type { ImapMoveResult } from "./change/move.js";
export { createImapPool } from "./connection/imap-pool.js";
export type { ImapPoolKey } from "./connection/imap-pool-key.js";
export type { ImapTraffic } from "./connection/session-runner.js";
export type { AttachmentDownload, MessageDownload } from "./fetch/download.js";
export type { ImapAttachment, ImapMessage, MessageBody, MessagesQuery } from "./fetch/imap-message.js";
export type { Unfetchable } from "./fetch/unfetchable.js";
export type { Namespace, Namespaces, Quota } from "./folders/account-info.js";
export type { Folder, FolderRole, FolderStatus } from "./folders/folder.js";
export { ImapClient, type StoreOptions } from "./imap-client.js";
export type { ImapAuthMethod, ImapClientOptions, ImapLimits, ImapTimeouts } from "./imap-options.js";
export type { ImapReader } from "./imap-reader.js";
export {
  findProvider,
  type ProviderLogin,
  type ProviderPreset,
  type ProviderServer,
  providerPresets,
} from "./providers/provider-presets.js";
export type { SearchQuery } from "./search/search-query.js";
export type { SortKey, ThreadNode } from "./search/sort-thread.js";
export type { ImapSession, ImapState } from "./session/imap-session.js";
export type { FlagsOfMessage, WatchEvent, WatchOptions } from "./watch/watch-event.js";
export type { Watching } from "./watch/watching.js";
export type { Modseq } from "./wire/modseq.js";
