import { ImapReader } from "./imap-reader.js";
import type { FolderPath } from "./session/folder-path.js";
import type { ImapAccountBatch, ImapSyncAllOptions } from "./sync/account/account-options.js";
import type { AccountSyncOptions } from "./sync/account/sync-account.js";
import type { ImapSyncBatch, ImapSyncOptions, ResolvedSyncContent } from "./sync/sync-options.js";
import type { AccountWatchOptions } from "./watch/account-watch-options.js";
import { startWatch, type Watch } from "./watch/watch.js";
import type { WatchEvent, WatchOptions } from "./watch/watch-event.js";

/** The part of `ImapClient` that follows what happens on the server. */
export class ImapFollower extends ImapReader {
  /**
   * Everything that has changed in a folder since a cursor, batch by batch; without one, everything. Flags of known
   * messages come first, then what is new, then what is gone. The cursor moves past a batch when that is acknowledged:
   * store its events and its cursor in one transaction, then acknowledge. A sync that ends in the middle, a first one
   * too, goes on from the last cursor. Between batches no connection is held. Messages that the server lists and does
   * not give are `unfetchable` and tried again in the next sync.
   */
  async *sync(
    folder: FolderPath,
    options: ImapSyncOptions = {},
  ): AsyncGenerator<ImapSyncBatch, void, undefined> {
    const { resolveSyncContent } = await import("./sync/sync-options.js");
    const content = resolveSyncContent(options, "cursor");
    const { cursor, signal, timeoutMs } = options;
    const name = await this.runner.folderName(folder, { signal, timeoutMs });
    const { syncFolder } = await import("./sync/sync-folder.js");
    yield* syncFolder(this.runner, name, { content, cursor, signal, timeoutMs });
  }

  /**
   * Everything that has changed in the folders of the account, each with its own cursor. One look at the figures of all
   * (LIST-STATUS) tells which have changed; only these are opened, a bounded number at a time. Folders that are new,
   * renamed or gone are told of in the same batches. Store `batch.cursor` under `batch.folder`.
   */
  async *syncAll(options: ImapSyncAllOptions = {}): AsyncGenerator<ImapAccountBatch, void, undefined> {
    const { resolveSyncContent } = await import("./sync/sync-options.js");
    const own = ["folders", "cursors", "concurrency"];
    const content = resolveSyncContent(options, ...own);
    const { syncAccount } = await import("./sync/account/sync-account.js");
    yield* syncAccount(this.runner, await this.#account(options, content));
  }

  /**
   * Watches a folder until the signal fires or the loop is left. Holds one of the client's connections;
   * connects again by itself and tells what came meanwhile. Rejects at once with `"limit"` rather than take
   * the last one of `pool.maxPerKey`; the only one it may take.
   */
  watch(folder: FolderPath, options?: WatchOptions): AsyncGenerator<WatchEvent, void, undefined>;
  /**
   * Follows the whole account until the signal fires or the loop is left: the batches of {@link syncAll}, again whenever
   * something changes. One connection waits, by NOTIFY, or by IDLE in the first of the folders and a look at the figures
   * of the others every `pollMs`. Drops, restarts and sleep are bridged; after every gap comes what happened in it.
   */
  watch(options: AccountWatchOptions): AsyncGenerator<ImapAccountBatch, void, undefined>;
  watch(
    what: FolderPath | AccountWatchOptions,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent | ImapAccountBatch, void, undefined> {
    return isFolderPath(what) ? this.#watchFolder(what, options) : this.#watchAccount(what);
  }

  /** Like {@link watch}, for those who prefer a callback. It is awaited: one event at a time. */
  onChange(
    folder: FolderPath,
    listener: (event: WatchEvent) => void | Promise<void>,
    options: WatchOptions = {},
  ): Watch {
    const watch = (given: WatchOptions): AsyncIterable<WatchEvent> => this.#watchFolder(folder, given);
    return startWatch(watch, this.runner.account.logger, listener, options);
  }

  async *#watchFolder(
    folder: FolderPath,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent, void, undefined> {
    const { signal } = options;
    const { watchFolder } = await import("./watch/watch-folder.js");
    yield* watchFolder(this.runner, await this.runner.folderName(folder, { signal }), options);
  }

  async *#watchAccount(options: AccountWatchOptions): AsyncGenerator<ImapAccountBatch, void, undefined> {
    const { resolveSyncContent } = await import("./sync/sync-options.js");
    const { resolveWatchOptions } = await import("./watch/watch-event.js");
    const { renewMs, probeTimeoutMs, pollMs, signal } = options;
    const own = ["folders", "cursors", "concurrency", "renewMs", "probeTimeoutMs", "pollMs"];
    const content = resolveSyncContent(options, ...own);
    const times = resolveWatchOptions({ renewMs, probeTimeoutMs, pollMs });
    const account = await this.#account(options, content);
    const ended = signal ?? new AbortController().signal;
    const { watchAccount } = await import("./watch/watch-account.js");
    yield* watchAccount(this.runner, { ...account, times: { ...times, signal: ended } });
  }

  async #account(
    { folders, cursors = {}, concurrency = 2, signal, timeoutMs }: ImapSyncAllOptions,
    content: ResolvedSyncContent,
  ): Promise<AccountSyncOptions> {
    const names = new Set<string>();
    for (const folder of folders ?? [])
      names.add(await this.runner.folderName(folder, { signal, timeoutMs }));
    return {
      content,
      folders: folders === undefined ? undefined : names,
      cursors: new Map(Object.entries(cursors)),
      concurrency,
      signal,
      timeoutMs,
    };
  }
}

function isFolderPath(what: FolderPath | AccountWatchOptions): what is FolderPath {
  return typeof what === "string" || Array.isArray(what);
}
