import { isMailError } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapSession } from "../session/imap-session.js";
import type { Folder, FolderRole } from "./folder.js";
import { listFolders } from "./list-folders.js";

/** The roles of an account's folders. */
interface KnownRoles {
  /** The folder epoch in which they were asked for; in a later one they are void. */
  readonly epoch: number;
  readonly byName: ReadonlyMap<string, FolderRole>;
}

const known = new WeakMap<SessionRunner, KnownRoles>();

/**
 * The role of a folder. The list of folders is asked for once by each client, on a session that is lent already,
 * and again after folders have changed.
 */
export async function roleOfFolder(
  runner: SessionRunner,
  folder: string,
  session: ImapSession,
  signal?: AbortSignal,
): Promise<FolderRole | undefined> {
  const { folderEpoch } = runner;
  let roles = known.get(runner);
  if (roles?.epoch !== folderEpoch) {
    const folders = await listFolders(session, { signal }).catch(unlessBroken);
    // Which folder it is matters less than what is in it; the list is asked for again the next time.
    if (folders === undefined) return undefined;
    roles = rememberRoles(runner, folders);
  }
  return roles.byName.get(folder);
}

/** Spares asking for roles what was listed for another reason. */
export function rememberRoles(runner: SessionRunner, folders: readonly Folder[]): KnownRoles {
  const byName = new Map(folders.map(({ name, role }) => [name, role]));
  const roles = { epoch: runner.folderEpoch, byName };
  known.set(runner, roles);
  return roles;
}

function unlessBroken(error: unknown): undefined {
  if (isMailError(error) && error.server !== undefined && !error.connectionBroken) return undefined;
  throw error;
}
