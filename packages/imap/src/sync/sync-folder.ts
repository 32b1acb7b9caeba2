import { isMailError } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import { FolderRun, type FolderSyncOptions } from "./folder-run.js";
import type { ImapSyncBatch } from "./sync-options.js";

/** A folder that is replaced again and again in one run is left to the next. */
const MAX_RESTARTS = 5;

/** Everything that has changed in a folder since a cursor, batch by batch. What `ImapClient.sync()` does. */
export async function* syncFolder(
  runner: SessionRunner,
  folder: string,
  options: FolderSyncOptions,
): AsyncGenerator<ImapSyncBatch, void, undefined> {
  const run = new FolderRun(runner, folder, options);
  for (let restarts = 0; ; restarts += 1) {
    try {
      return yield* run.pass();
    } catch (error) {
      // The folder was replaced while it was read: what is left of the pass is about another one.
      const isReplaced = isMailError(error) && error.code === "conflict";
      if (!isReplaced || restarts >= MAX_RESTARTS) throw error;
    }
  }
}
