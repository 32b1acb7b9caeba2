import type { BatchResult, MoveResult, OperationOptions, RetryPolicy, StoreResult } from "@mailwright/core";
import type { ImapFlow } from "imapflow";
import type { AppendOptions, AppendResult, AppendSource } from "./change/append.js";
import type { AppendItem } from "./change/append-all.js";
import type { DeleteResult } from "./change/delete-messages.js";
import type { ImapMoveResult } from "./change/move.js";
import { withProgress } from "./change/partial-change-error.js";
import type { FlagOperation } from "./change/store-flags.js";
import { ImapFolders } from "./imap-folders.js";
import type { FolderPath } from "./session/folder-path.js";
import type { ImapSession } from "./session/imap-session.js";
import { toUids } from "./wire/uid-set.js";
import type { ModSeq } from "./wire/values.js";

/** How flags are stored. */
export interface StoreOptions extends OperationOptions {
  /** Leaves alone what has changed since this MODSEQ; needs CONDSTORE. */
  readonly unchangedSince?: ModSeq | undefined;
}

const ONCE = { attempts: 1, backoff: () => 0 };

type Uids = number | Iterable<number>;

/**
 * A client of one IMAP account. Connects when it has something to do, with up to `pool.maxPerKey`
 * connections; every method may be called at any time, at once with others too. What changes something
 * is repeated only where that is harmless: a change whose answer was lost rejects with `"unknown-outcome"`.
 */
export class ImapClient extends ImapFolders {
  markAsRead(folder: FolderPath, uids: Uids, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "add", ["\\Seen"], options);
  }

  markAsUnread(folder: FolderPath, uids: Uids, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "remove", ["\\Seen"], options);
  }

  addStar(folder: FolderPath, uids: Uids, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "add", ["\\Flagged"], options);
  }

  removeStar(folder: FolderPath, uids: Uids, options?: StoreOptions): Promise<StoreResult> {
    return this.#store(folder, uids, "remove", ["\\Flagged"], options);
  }

  /** Gives messages exactly these flags. */
  setFlags(
    folder: FolderPath,
    uids: Uids,
    flags: Iterable<string>,
    options?: StoreOptions,
  ): Promise<StoreResult> {
    return this.#store(folder, uids, "set", flags, options);
  }

  /** Adds flags: system flags such as `\Answered`, or keywords such as `$Forwarded`. */
  addFlags(
    folder: FolderPath,
    uids: Uids,
    flags: Iterable<string>,
    options?: StoreOptions,
  ): Promise<StoreResult> {
    return this.#store(folder, uids, "add", flags, options);
  }

  removeFlags(
    folder: FolderPath,
    uids: Uids,
    flags: Iterable<string>,
    options?: StoreOptions,
  ): Promise<StoreResult> {
    return this.#store(folder, uids, "remove", flags, options);
  }

  /**
   * Moves messages: by MOVE, else by COPY and deletion of exactly them. Without MOVE and UIDPLUS they stay
   * at the source marked `\Deleted` (`isSourceRemoved: false`).
   */
  async move(
    folder: FolderPath,
    uids: Uids,
    to: FolderPath,
    options: OperationOptions = {},
  ): Promise<ImapMoveResult> {
    const list = toUids(uids);
    const { moveMessages } = await import("./change/move.js");
    const [source, destination] = [await this.locate(folder, options), await this.locate(to, options)];
    return withProgress((progress) =>
      this.runner.inFolder(
        source,
        (session, _mailbox, signal) =>
          moveMessages(session, source, { uids: list, destination, progress, signal }),
        { ...options, isChange: true },
      ),
    );
  }

  /** Copies messages. Rejects with `"not-found"` when there is no such destination. */
  async copy(
    folder: FolderPath,
    uids: Uids,
    to: FolderPath,
    options: OperationOptions = {},
  ): Promise<MoveResult> {
    const list = toUids(uids);
    const { copyMessages } = await import("./change/copy.js");
    const { toMoveResult } = await import("./change/move.js");
    const [source, destination] = [await this.locate(folder, options), await this.locate(to, options)];
    return withProgress((progress) =>
      this.runner.inFolder(
        source,
        async (session, _mailbox, signal) => {
          const request = { uids: list, destination, progress, signal };
          return toMoveResult(source, destination, await copyMessages(session, "COPY", request));
        },
        { ...options, isChange: true },
      ),
    );
  }

  /** Deletes messages for good; without UIDPLUS they are only marked (`isExpunged: false`). */
  async delete(folder: FolderPath, uids: Uids, options: OperationOptions = {}): Promise<DeleteResult> {
    const list = toUids(uids);
    const { deleteMessages } = await import("./change/delete-messages.js");
    const name = await this.locate(folder, options);
    return withProgress((progress) =>
      this.runner.inFolder(
        name,
        (session, _mailbox, signal) => deleteMessages(session, list, progress, signal),
        { ...options, isChange: true },
      ),
    );
  }

  /** Stores a message, in the Sent folder say. A stream is read once, so such a call is never repeated. */
  async append(
    folder: FolderPath,
    message: AppendSource,
    options: AppendOptions = {},
  ): Promise<AppendResult> {
    const { signal, timeoutMs } = options;
    const store = async (policy?: RetryPolicy): Promise<AppendResult> => {
      const { appendHead, appendMessage } = await import("./change/append.js");
      const head = appendHead(options);
      const name = await this.locate(folder, options, "flags", "receivedAt");
      const task = (session: ImapSession, abort?: AbortSignal): Promise<AppendResult> =>
        appendMessage(session, name, message, head, abort);
      return this.runner.run(task, { signal, timeoutMs, isChange: true, policy });
    };
    if (typeof message !== "object" || !("stream" in message)) return store();
    // A stream may fail before it is read, while there is no connection yet, and is destroyed with an error
    // when the connection ends, perhaps after this call has.
    const { stream } = message;
    const ignore = (): void => {};
    stream.on("error", ignore);
    try {
      return await store(ONCE);
    } finally {
      if (!stream.readableDidRead) stream.off("error", ignore);
    }
  }

  /**
   * Stores messages in their order; many in one command where the server can (MULTIAPPEND). Each has a result of its own,
   * by its place in the list: one that is refused keeps no other back. Rejects when it is aborted.
   */
  async appendAll(
    folder: FolderPath,
    messages: Iterable<AppendItem>,
    options: OperationOptions = {},
  ): Promise<BatchResult<number, AppendResult>> {
    const { appendAll } = await import("./change/append-all.js");
    return appendAll(this.runner, await this.locate(folder, options), [...messages], options);
  }

  /**
   * Lends the ImapFlow below, with the folder open, for what this client lacks. It must not be kept
   * after the task; its connection is closed then. Errors of ImapFlow come as they are.
   */
  async use<T>(
    folder: FolderPath,
    task: (flow: ImapFlow) => Promise<T>,
    options: OperationOptions = {},
  ): Promise<T> {
    const { useImapFlow } = await import("./connection/use-imapflow.js");
    return useImapFlow(this.runner, await this.locate(folder, options), task, options);
  }

  async #store(
    folder: FolderPath,
    uids: Uids,
    change: FlagOperation,
    flags: Iterable<string>,
    options: StoreOptions = {},
  ): Promise<StoreResult> {
    const { unchangedSince } = options;
    const list = toUids(uids);
    const wanted = [...flags];
    const { checkFlag, storeFlags } = await import("./change/store-flags.js");
    const names = wanted.map(checkFlag);
    const name = await this.locate(folder, options, "unchangedSince");
    const { signal: given, timeoutMs } = options;
    return withProgress((progress) =>
      this.runner.inFolder(
        name,
        (session, _mailbox, signal) =>
          storeFlags(session, list, { change, flags: names, unchangedSince, signal }, progress),
        { signal: given, timeoutMs, isChange: true },
      ),
    );
  }
}
