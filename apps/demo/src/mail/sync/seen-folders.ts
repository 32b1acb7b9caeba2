import { isDeepStrictEqual } from "node:util";
import type { SyncCursor } from "@mailwright/core";
import { type Folder, type ListedFolder, listFolders, readCursors } from "../../store/folders.js";
import { listOnServer } from "../list-folders.js";
import type { FolderBatch } from "./folder-batch.js";
import { storeBatch } from "./store-batch.js";
import type { AccountPass } from "./sync-account.js";
import { isCursor } from "./sync-folder.js";

/**
 * The folders of an account as its holder has left them. Nobody else writes how far they are read while the lease is ours: the next look
 * asks the server alone, and tells the database of nothing but what is new. Without the lease nothing is stored.
 */
export class SeenFolders {
  readonly #pass: AccountPass;
  readonly #folders: readonly Folder[];
  readonly #cursors: Map<string, SyncCursor>;

  private constructor(pass: AccountPass, folders: readonly Folder[], cursors: Map<string, SyncCursor>) {
    this.#pass = pass;
    this.#folders = folders;
    this.#cursors = cursors;
  }

  /** As they are stored when a pass has ended. */
  static async read(pass: AccountPass): Promise<SeenFolders> {
    const { tenant, account } = pass;
    const folders = await listFolders(tenant, account.id);
    const stored = await readCursors(tenant, account.id);
    const cursors = folders.flatMap(({ id, path }) => {
      const cursor = stored.get(id);
      return isCursor(cursor) ? [[path, cursor] as const] : [];
    });
    return new SeenFolders(pass, folders, new Map(cursors));
  }

  /** Those that can be read. */
  get paths(): readonly string[] {
    return this.#folders.filter(({ isSelectable }) => isSelectable).map(({ path }) => path);
  }

  /** How far each is read, by its path. */
  get cursors(): Readonly<Record<string, SyncCursor>> {
    return Object.fromEntries(this.#cursors);
  }

  /** Whether the server still lists the same ones. */
  async isListed(): Promise<boolean> {
    const listed = await listOnServer(this.#pass.client, this.#pass.signal);
    return isDeepStrictEqual(comparable(listed), comparable(this.#folders));
  }

  /** Stores a batch of what a look has found in a folder; false when that is gone, and all must be listed anew. */
  async store(path: string, toBatch: (folder: Folder) => Promise<FolderBatch>): Promise<boolean> {
    const { environment, tenant, account, lease } = this.#pass;
    const folder = (await listFolders(tenant, account.id)).find((each) => each.path === path);
    // Not acknowledged: a pass finds it again.
    if (folder === undefined) return false;
    const batch = await toBatch(folder);
    await storeBatch(environment, tenant, lease, folder, batch);
    if (isCursor(batch.cursor)) this.#cursors.set(path, batch.cursor);
    else this.#cursors.delete(path);
    return true;
  }
}

function comparable(folders: readonly ListedFolder[]): readonly unknown[] {
  const sorted = [...folders].sort((one, other) => (one.path < other.path ? -1 : 1));
  return sorted.map(({ path, displayName, role, isSelectable }) => [path, displayName, role, isSelectable]);
}
