import { isMailError, type SyncCursor } from "@mailwright/core";
import type { SessionRunner } from "../../connection/session-runner.js";
import { MoveHints } from "../move-hints.js";
import { syncFolder } from "../sync-folder.js";
import type { ResolvedSyncContent } from "../sync-options.js";
import { AccountBatch } from "./account-batch.js";
import type { ImapAccountBatch, ImapFolderEvent } from "./account-options.js";
import { mergeSources } from "./merge-sources.js";
import { type ChangedFolder, planAccount } from "./plan-account.js";

/** What a sync of an account takes, its folders by their full names. */
export interface AccountSyncOptions {
  readonly content: ResolvedSyncContent;
  readonly folders: ReadonlySet<string> | undefined;
  readonly cursors: ReadonlyMap<string, SyncCursor>;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** Everything that has changed in an account since some cursors. What `ImapClient.syncAll()` does. */
export async function* syncAccount(
  runner: SessionRunner,
  options: AccountSyncOptions,
): AsyncGenerator<ImapAccountBatch, void, undefined> {
  const { content, folders, cursors, signal, timeoutMs } = options;
  const { strategy } = content;
  const plan = { folders, cursors, strategy, signal, timeoutMs };
  const { changed, deleted } = await planAccount(runner, plan);
  const moves = new MoveHints();
  const sources = changed.map((folder) => syncChanged(runner, folder, moves, options));
  yield* mergeSources(sources, options.concurrency);
  // Last: what was moved out of them is somewhere else by then.
  for (const name of deleted) yield new AccountBatch(name, [{ type: "folder-deleted" }]);
}

async function* syncChanged(
  runner: SessionRunner,
  { folder, cursor, renamedFrom }: ChangedFolder,
  moves: MoveHints,
  { content, signal, timeoutMs }: AccountSyncOptions,
): AsyncGenerator<ImapAccountBatch, void, undefined> {
  let news: ImapFolderEvent[] = [];
  if (renamedFrom !== undefined) news = [{ type: "folder-renamed", from: renamedFrom }];
  else if (cursor === undefined) news = [{ type: "folder-created" }];
  try {
    for await (const batch of syncFolder(runner, folder, { content, cursor, signal, timeoutMs, moves })) {
      yield new AccountBatch(folder, news, batch);
      news = [];
    }
    if (renamedFrom !== undefined && news.length > 0) yield new AccountBatch(folder, news, undefined, cursor);
  } catch (error) {
    // One folder that may not be read keeps nobody from reading the others; one that is gone is told of next time.
    if (!isMailError(error) || !isOfFolder(error.code) || error.connectionBroken) throw error;
    if (error.code === "not-found") return;
    yield new AccountBatch(folder, [{ type: "folder-unreadable", error }], undefined, cursor ?? null);
  }
}

function isOfFolder(code: string): boolean {
  return ["not-found", "permission", "rejected", "conflict", "protocol"].includes(code);
}
