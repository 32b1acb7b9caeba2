import type { ConnectionReport, OperationOptions, PoolStats } from "@mailwright/core";
import { checkOperation } from "./connection/check-operation.js";
import type { ImapTraffic } from "./connection/client-state.js";
import { ImapPool } from "./connection/imap-pool.js";
import { SessionRunner } from "./connection/session-runner.js";
import type { AttachmentDownload, MessageDownload } from "./fetch/download.js";
import type { ImapMessage, MessagesQuery } from "./fetch/imap-message.js";
import type { Folder, FolderStatus } from "./folders/folder.js";
import type { Quota } from "./folders/quota.js";
import { type ImapClientOptions, toImapAccount } from "./imap-options.js";
import type { SearchQuery } from "./search/search-query.js";
import type { SortKey, ThreadNode } from "./search/sort-thread.js";
import type { FolderPath } from "./session/folder-path.js";
import type { ImapState } from "./session/imap-session.js";
import type { Namespaces } from "./session/namespaces.js";

/**
 * The half of `ImapClient` that changes nothing on the server. What a method does is loaded when it is called first: a program
 * that starts waits for little.
 */
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
  async listFolders(
    options: OperationOptions & { readonly counts?: boolean | undefined } = {},
  ): Promise<Folder[]> {
    const operation = checkOperation(options, "counts");
    const { counts } = options;
    const { listFolders } = await import("./folders/list-folders.js");
    return this.runner.run((session, signal) => listFolders(session, { counts, signal }), operation);
  }

  /** The figures of one folder. Rejects with `"not-found"`. */
  async status(folder: FolderPath, options: OperationOptions = {}): Promise<FolderStatus> {
    const { folderStatus } = await import("./folders/folder-status.js");
    const name = await this.locate(folder, options);
    return this.runner.run((session, signal) => folderStatus(session, name, signal), options);
  }

  /** The UIDVALIDITY of a folder; when it changes, stored UIDs mean nothing. */
  async uidValidity(folder: FolderPath, options: OperationOptions = {}): Promise<number | undefined> {
    return (await this.status(folder, options)).uidValidity;
  }

  /** The quotas that a folder counts against. Rejects with `"unsupported"` where there is no QUOTA. */
  async quota(folder: FolderPath = "INBOX", options: OperationOptions = {}): Promise<Quota[]> {
    const { folderQuota } = await import("./folders/quota.js");
    const name = await this.locate(folder, options);
    return this.runner.run((session, signal) => folderQuota(session, name, signal), options);
  }

  /** Where the account's own, other users' and shared folders live. */
  async namespaces(options: OperationOptions = {}): Promise<Namespaces> {
    const { readNamespaces } = await import("./session/namespaces.js");
    return this.runner.run((session, signal) => readNamespaces(session, signal), checkOperation(options));
  }

  /** What the server says of itself (RFC 2971): name, version, vendor. */
  async serverInfo(options: OperationOptions = {}): Promise<Readonly<Record<string, string>>> {
    return this.runner.run(async ({ serverInfo }) => serverInfo, checkOperation(options));
  }

  /**
   * The messages of a folder in ascending order of their UIDs, fetched in batches. Between batches no
   * connection is held: other calls work inside the loop, and leaving it early stops the download.
   * `timeoutMs` bounds each batch.
   */
  async *messages(
    folder: FolderPath,
    query: MessagesQuery & OperationOptions = {},
  ): AsyncGenerator<ImapMessage, void, undefined> {
    const { checkMessagesQuery } = await import("./fetch/check-messages-query.js");
    const checked = checkMessagesQuery(query);
    const { readMessages } = await import("./fetch/batches/read-messages.js");
    yield* readMessages(this.runner, await this.runner.folderName(folder, query), checked, checked);
  }

  /** One message, or `undefined` when there is no such UID. */
  async message(
    folder: FolderPath,
    uid: number,
    query: Pick<MessagesQuery, "body" | "headers" | "structure"> & OperationOptions = {},
  ): Promise<ImapMessage | undefined> {
    for await (const message of this.messages(folder, { ...query, uids: [uid] })) return message;
    return undefined;
  }

  /** A decoded part of a message as a stream, by the `part` of an {@link ImapMessage}'s attachment or the `path` of an {@link ImapPart}. */
  async downloadAttachment(
    folder: FolderPath,
    uid: number,
    part: string,
    options: OperationOptions = {},
  ): Promise<AttachmentDownload> {
    const { downloadAttachment } = await import("./fetch/download.js");
    return downloadAttachment(this.runner, await this.locate(folder, options), uid, part, options);
  }

  /** A whole message as a stream, whatever its size. */
  async downloadMessage(
    folder: FolderPath,
    uid: number,
    options: OperationOptions = {},
  ): Promise<MessageDownload> {
    const { downloadMessage } = await import("./fetch/download.js");
    return downloadMessage(this.runner, await this.locate(folder, options), uid, options);
  }

  /** The UIDs of the messages that a query finds, ascending. The text form is IMAP's, checked. */
  async search(
    folder: FolderPath,
    query: SearchQuery | string,
    options: OperationOptions = {},
  ): Promise<number[]> {
    const { searchFolder } = await import("./search/search.js");
    return searchFolder(this.runner, await this.locate(folder, options), query, options);
  }

  /** The UIDs of the messages that a query finds, in the server's order. Rejects with `"unsupported"`. */
  async sort(
    folder: FolderPath,
    keys: readonly SortKey[],
    query: SearchQuery | string = {},
    options: OperationOptions = {},
  ): Promise<number[]> {
    const { sortMessages, toSortProgram } = await import("./search/sort-thread.js");
    const { toCriteria } = await import("./search/search.js");
    const [program, criteria] = [toSortProgram(keys), toCriteria(query)];
    return this.runner.inFolder(
      await this.locate(folder, options),
      (session, mailbox, signal) => sortMessages(session, mailbox, program, criteria, signal),
      options,
    );
  }

  /** The messages that a query finds as threads. Rejects with `"unsupported"`. */
  async thread(
    folder: FolderPath,
    query: SearchQuery | string = {},
    options: OperationOptions & { readonly algorithm?: "references" | "orderedsubject" } = {},
  ): Promise<ThreadNode[]> {
    const { threadMessages } = await import("./search/sort-thread.js");
    const { toCriteria } = await import("./search/search.js");
    const { algorithm = "references", signal: given, timeoutMs } = options;
    const criteria = toCriteria(query);
    return this.runner.inFolder(
      await this.locate(folder, options, "algorithm"),
      (session, mailbox, signal) => threadMessages(session, mailbox, algorithm, criteria, signal),
      { signal: given, timeoutMs },
    );
  }

  /** The full name of a folder, once the options of the call are found to be some. */
  protected locate(
    folder: FolderPath,
    options: OperationOptions,
    ...own: readonly string[]
  ): Promise<string> {
    return this.runner.folderName(folder, checkOperation(options, ...own));
  }

  /** Connects, logs in and tells what the server can; a failure is data. Uses a connection of its own. */
  async testConnection(options: OperationOptions = {}): Promise<ConnectionReport> {
    const { testConnection } = await import("./connection/test-connection.js");
    return testConnection(this.runner.account, checkOperation(options));
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
