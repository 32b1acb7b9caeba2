export type { Folder, FolderRole, FolderStatus } from "./folder.js";
export { ImapClient, type StoreOptions } from "./imap-client.js";
export type { ImapTraffic } from "./imap-connections.js";
export type { ImapAttachment, ImapMessage, MessageBody, MessagesQuery } from "./imap-message.js";
export type { ImapAuthMethod, ImapClientOptions, ImapLimits, ImapTimeouts } from "./imap-options.js";
export { createImapPool } from "./imap-pool.js";
export type { ImapState } from "./imap-session.js";
export type { SearchQuery } from "./search-query.js";
export type { FlagsOfMessage, WatchEvent, WatchOptions } from "./watch-event.js";
