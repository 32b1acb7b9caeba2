import type { OperationOptions } from "@mailwright/core";
import { ImapFollower } from "./imap-follower.js";
import type { FolderPath } from "./session/folder-path.js";
import type { ImapSession } from "./session/imap-session.js";

/** What `ImapClient` does with folders themselves. */
export class ImapFolders extends ImapFollower {
  /** Makes a folder. Rejects with `"already-exists"`. */
  async createFolder(folder: FolderPath, options: OperationOptions = {}): Promise<void> {
    const { createFolder } = await import("./folders/folder-commands.js");
    const name = await this.locate(folder, options);
    return this.#changeFolders((session, signal) => createFolder(session, name, signal), options);
  }

  /** Renames a folder and those below it. */
  async renameFolder(from: FolderPath, to: FolderPath, options: OperationOptions = {}): Promise<void> {
    const { renameFolder } = await import("./folders/folder-commands.js");
    const [source, target] = [await this.locate(from, options), await this.locate(to, options)];
    return this.#changeFolders((session, signal) => renameFolder(session, source, target, signal), options);
  }

  /** Deletes a folder with its messages. */
  async deleteFolder(folder: FolderPath, options: OperationOptions = {}): Promise<void> {
    const { deleteFolder } = await import("./folders/folder-commands.js");
    const name = await this.locate(folder, options);
    return this.#changeFolders((session, signal) => deleteFolder(session, name, signal), options);
  }

  async subscribeFolder(folder: FolderPath, options: OperationOptions = {}): Promise<void> {
    const { subscribeFolder } = await import("./folders/folder-commands.js");
    const name = await this.locate(folder, options);
    return this.#changeFolders(
      (session, signal) => subscribeFolder(session, "SUBSCRIBE", name, signal),
      options,
    );
  }

  async unsubscribeFolder(folder: FolderPath, options: OperationOptions = {}): Promise<void> {
    const { subscribeFolder } = await import("./folders/folder-commands.js");
    const name = await this.locate(folder, options);
    return this.#changeFolders(
      (session, signal) => subscribeFolder(session, "UNSUBSCRIBE", name, signal),
      options,
    );
  }

  async #changeFolders(
    task: (session: ImapSession, signal?: AbortSignal) => Promise<void>,
    options: OperationOptions,
  ): Promise<void> {
    try {
      await this.runner.run(task, { ...options, isChange: true });
    } finally {
      this.runner.foldersChanged();
    }
  }
}
