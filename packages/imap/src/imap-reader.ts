import type { ConnectionReport, OperationOptions, PoolStats } from "@mailwright/core";
import type { ImapTraffic } from "./connection/client-state.js";
import { ImapPool } from "./connection/imap-pool.js";
import { SessionRunner } from "./connection/session-runner.js";
import { testConnection } from "./connection/test-connection.js";
import {
  type AttachmentDownload,
  downloadAttachment,
  downloadMessage,
  type MessageDownload,
} from "./fetch/download.js";
import type { ImapMessage, MessagesQuery } from "./fetch/imap-message.js";
import { readMessages } from "./fetch/read-messages.js";
import type { Folder, FolderStatus } from "./folders/folder.js";
import { folderStatus, listFolders } from "./folders/list-folders.js";
import { type Namespaces, readNamespaces } from "./folders/namespaces.js";
import { folderQuota, type Quota } from "./folders/quota.js";
import { type ImapClientOptions, toImapAccount } from "./imap-options.js";
import { searchFolder, toCriteria } from "./search/search.js";
import type { SearchQuery } from "./search/search-query.js";
import { type SortKey, sortMessages, type ThreadNode, threadMessages } from "./search/sort-thread.js";
import type { ImapState } from "./session/imap-session.js";
import { startWatch, type Watch } from "./watch/watch.js";
import type { WatchEvent, WatchOptions } from "./watch/watch-event.js";
import { watchFolder } from "./watch/watch-folder.js";

/** The half of `ImapClient` that changes nothing on the server. */
export class ImapReader implements AsyncDisposable {
  // Private at run time too: who prints or serialises a client sees none of its keys and secrets.
  readonly #runner: SessionRunner;

  constructor(options: ImapClientOptions) {
    const account = toImapAccount(options);
    const shared = options.pool instanceof ImapPool ? options.pool : undefined;
    this.#runner = new SessionRunner(account, shared);
  }

  protected get runner(): SessionRunner {
    return this.#runner;
  }

  /** What the most advanced connection is doing; `"error"` when the last try to connect failed. */
  get state(): ImapState {
    return this.runner.state.current;
  }

  /** Calls back on every change of {@link state}; the answer ends that. */
  onStateChange(listener: (state: ImapState) => void): () => void {
    return this.runner.state.onChange(listener);
  }

  /** Figures of the account's connections. */
  stats(): PoolStats {
    return this.runner.stats;
  }

  /** Octets that went over the client's connections so far, TLS apart. */
  traffic(): ImapTraffic {
    return this.runner.state.traffic;
  }

  /** All folders with their roles; with `counts` also how many messages they hold. */
  listFolders(options: OperationOptions & { readonly counts?: boolean | undefined } = {}): Promise<Folder[]> {
    const { counts } = options;
    return this.runner.run((session, signal) => listFolders(session, { counts, signal }), options);
  }

  /** The figures of one folder. Rejects with `"not-found"`. */
  status(folder: string, options: OperationOptions = {}): Promise<FolderStatus> {
    return this.runner.run((session, signal) => folderStatus(session, folder, signal), options);
  }

  /** The UIDVALIDITY of a folder; when it changes, stored UIDs mean nothing. */
  async uidValidity(folder: string, options: OperationOptions = {}): Promise<number | undefined> {
    return (await this.status(folder, options)).uidValidity;
  }

  /** The quotas that a folder counts against. Rejects with `"unsupported"` where there is no QUOTA. */
  quota(folder = "INBOX", options: OperationOptions = {}): Promise<Quota[]> {
    return this.runner.run((session, signal) => folderQuota(session, folder, signal), options);
  }

  /** Where the account's own, other users' and shared folders live. */
  namespaces(options: OperationOptions = {}): Promise<Namespaces> {
    return this.runner.run((session, signal) => readNamespaces(session, signal), options);
  }

  /** What the server says of itself (RFC 2971): name, version, vendor. */
  serverInfo(options: OperationOptions = {}): Promise<Readonly<Record<string, string>>> {
    return this.runner.run(async ({ flow }) => {
      const entries = Object.entries(flow.serverInfo ?? {});
      return Object.fromEntries(
        entries.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
      );
    }, options);
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
    return readMessages(this.runner, folder, query, query);
  }

  /** One message, or `undefined` when there is no such UID. */
  async message(
    folder: string,
    uid: number,
    query: Pick<MessagesQuery, "body" | "headers"> & OperationOptions = {},
  ): Promise<ImapMessage | undefined> {
    for await (const message of this.messages(folder, { ...query, uids: [uid] })) return message;
    return undefined;
  }

  /** A decoded part of a message as a stream, by the `part` of an {@link ImapMessage}'s attachment. */
  downloadAttachment(
    folder: string,
    uid: number,
    part: string,
    options: OperationOptions = {},
  ): Promise<AttachmentDownload> {
    return downloadAttachment(this.runner, folder, uid, part, options);
  }

  /** A whole message as a stream, whatever its size. */
  downloadMessage(folder: string, uid: number, options: OperationOptions = {}): Promise<MessageDownload> {
    return downloadMessage(this.runner, folder, uid, options);
  }

  /** The UIDs of the messages that a query finds, ascending. The text form is IMAP's, checked. */
  search(folder: string, query: SearchQuery | string, options: OperationOptions = {}): Promise<number[]> {
    return searchFolder(this.runner, folder, query, options);
  }

  /** The UIDs of the messages that a query finds, in the server's order. Rejects with `"unsupported"`. */
  async sort(
    folder: string,
    keys: readonly SortKey[],
    query: SearchQuery | string = {},
    options: OperationOptions = {},
  ): Promise<number[]> {
    const criteria = toCriteria(query);
    return this.runner.inFolder(
      folder,
      (session, _mailbox, signal) => sortMessages(session, keys, criteria, signal),
      options,
    );
  }

  /** The messages that a query finds as threads. Rejects with `"unsupported"`. */
  async thread(
    folder: string,
    query: SearchQuery | string = {},
    options: OperationOptions & { readonly algorithm?: "references" | "orderedsubject" } = {},
  ): Promise<ThreadNode[]> {
    const { algorithm = "references" } = options;
    const criteria = toCriteria(query);
    return this.runner.inFolder(
      folder,
      (session, _mailbox, signal) => threadMessages(session, algorithm, criteria, signal),
      options,
    );
  }

  /**
   * Watches a folder until the signal fires or the loop is left. Holds one of the client's connections;
   * connects again by itself and tells what came meanwhile. Rejects at once with `"limit"` rather than take
   * the last one of `pool.maxPerKey`; the only one it may take.
   */
  watch(folder: string, options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
    return watchFolder(this.runner, folder, options);
  }

  /** Like {@link watch}, for those who prefer a callback. It is awaited: one event at a time. */
  onChange(
    folder: string,
    listener: (event: WatchEvent) => void | Promise<void>,
    options: WatchOptions = {},
  ): Watch {
    return startWatch(this.runner, folder, listener, options);
  }

  /** Connects, logs in and tells what the server can; a failure is data. Uses a connection of its own. */
  testConnection(options: OperationOptions = {}): Promise<ConnectionReport> {
    return testConnection(this.runner.account, options);
  }

  /**
   * Refuses new calls, waits up to `graceMs` for those under way, then closes all connections of the
   * client's own pool. @defaultValue graceMs 5000
   */
  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    return this.runner.close(options.graceMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
