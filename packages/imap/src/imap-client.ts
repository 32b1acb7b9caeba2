import {
  ConnectionPool,
  type ConnectionReport,
  type OperationOptions,
  type PoolStats,
  type StoreResult,
} from "@mailwright/core";
import { type FlagChange, storeFlags } from "./flags.js";
import type { Folder, FolderStatus } from "./folder.js";
import { toImapAccount } from "./imap-connect.js";
import { ImapConnections, type ImapTraffic } from "./imap-connections.js";
import type { ImapMessage, MessagesQuery } from "./imap-message.js";
import { type ImapClientOptions, resolveImapOptions } from "./imap-options.js";
import type { ImapState } from "./imap-session.js";
import { folderStatus, listFolders } from "./list-folders.js";
import { readMessages } from "./message-batches.js";
import { runSearch } from "./run-search.js";
import { compileSearch, type SearchQuery } from "./search-query.js";
import { parseSearchText } from "./search-text.js";
import { testConnection } from "./test-connection.js";
import { watchFolder } from "./watch.js";
import type { WatchEvent, WatchOptions } from "./watch-event.js";

/** How flags are stored. */
export interface StoreOptions extends OperationOptions {
  /** Leaves alone what has changed since this MODSEQ; needs CONDSTORE. */
  readonly unchangedSince?: bigint | undefined;
}

/**
 * A client of one IMAP account. Connects when it has something to do, with up to `pool.maxPerKey`
 * connections; every method may be called at any time, at once with others too.
 */
export class ImapClient implements AsyncDisposable {
  readonly #connections: ImapConnections;

  constructor(options: ImapClientOptions) {
    const account = toImapAccount(options, resolveImapOptions(options));
    this.#connections = new ImapConnections(
      account,
      options.pool instanceof ConnectionPool ? options.pool : undefined,
    );
  }

  /** What the most advanced connection is doing; `"error"` when the last try to connect failed. */
  get state(): ImapState {
    return this.#connections.state;
  }

  /** Calls back on every change of {@link state}; the answer ends that. */
  onStateChange(listener: (state: ImapState) => void): () => void {
    return this.#connections.onState(listener);
  }

  /** Figures of the account's connections. */
  stats(): PoolStats {
    return this.#connections.stats;
  }

  /** Octets that went over the client's connections so far, TLS apart. */
  traffic(): ImapTraffic {
    return this.#connections.traffic;
  }

  /** All folders with their roles; with `counts` also how many messages they hold. */
  listFolders(options: OperationOptions & { readonly counts?: boolean | undefined } = {}): Promise<Folder[]> {
    const { counts } = options;
    return this.#connections.run((session, signal) => listFolders(session, { counts, signal }), options);
  }

  /** The figures of one folder. Rejects with `"not-found"`. */
  status(folder: string, options: OperationOptions = {}): Promise<FolderStatus> {
    return this.#connections.run((session, signal) => folderStatus(session, folder, signal), options);
  }

  /**
   * The messages of a folder in ascending order of their UIDs, fetched in batches. Between batches no
   * connection is held: other calls work inside the loop, and leaving it early stops the download.
   * `timeoutMs` bounds each batch.
   */
  messages(
    folder: string,
    query: MessagesQuery & OperationOptions = {},
  ): AsyncGenerator<ImapMessage, void, undefined> {
    return readMessages(this.#connections, folder, query, query);
  }

  /** The UIDs of the messages that a query finds, ascending. The text form is IMAP's, checked. */
  search(folder: string, query: SearchQuery | string, options: OperationOptions = {}): Promise<number[]> {
    const criteria = typeof query === "string" ? parseSearchText(query) : compileSearch(query);
    return this.#connections.inFolder(
      folder,
      async (session, mailbox, signal) => {
        if (mailbox.exists === 0 && mailbox.isFresh) return [];
        return runSearch(session, mailbox, criteria, { signal });
      },
      options,
    );
  }

  markAsRead(folder: string, uids: number | Iterable<number>, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "add", ["\\Seen"], options);
  }

  markAsUnread(
    folder: string,
    uids: number | Iterable<number>,
    options?: StoreOptions,
  ): Promise<StoreResult> {
    return this.#store(folder, uids, "remove", ["\\Seen"], options);
  }

  addStar(folder: string, uids: number | Iterable<number>, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "add", ["\\Flagged"], options);
  }

  removeStar(folder: string, uids: number | Iterable<number>, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "remove", ["\\Flagged"], options);
  }

  /**
   * Watches a folder until the signal fires or the loop is left. Holds one of the client's connections;
   * connects again by itself and tells what came meanwhile.
   */
  watch(folder: string, options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    return watchFolder(this.#connections, folder, options);
  }

  /** Connects, logs in and tells what the server can; a failure is data. Uses a connection of its own. */
  testConnection(options: OperationOptions = {}): Promise<ConnectionReport> {
    return testConnection(this.#connections.account, options);
  }

  /**
   * Refuses new calls, waits up to `graceMs` for those under way, then closes all connections of the
   * client's own pool. @defaultValue graceMs 5000
   */
  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    return this.#connections.close(options.graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #store(
    folder: string,
    uids: number | Iterable<number>,
    change: FlagChange,
    flags: Iterable<string>,
    options: StoreOptions = {},
  ): Promise<StoreResult> {
    const { unchangedSince } = options;
    return this.#connections.inFolder(
      folder,
      (session, _mailbox, signal) => storeFlags(session, uids, { change, flags, unchangedSince, signal }),
      options,
    );
  }
}
