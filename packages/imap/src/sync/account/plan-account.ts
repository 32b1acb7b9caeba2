import { isMailError, type SyncCursor } from "@mailwright/core";
import type { SessionRunner } from "../../connection/session-runner.js";
import type { Folder } from "../../folders/folder.js";
import { folderStatus } from "../../folders/folder-status.js";
import { listFolders } from "../../folders/list-folders.js";
import { rememberRoles } from "../../folders/role-of-folder.js";
import type { ImapSession } from "../../session/imap-session.js";
import { readCursor } from "../read-cursor.js";
import type { SyncStrategy } from "../sync-options.js";
import { isUnchanged } from "./compare-status.js";

/** Which folders of an account there are to be read, and what became of the others that were known. */
export interface AccountPlan {
  readonly changed: readonly ChangedFolder[];
  readonly deleted: readonly string[];
}

/** A folder that has changed, as far as its figures tell. */
export interface ChangedFolder {
  readonly folder: string;
  readonly cursor: SyncCursor | undefined;
  /** Its name before, when it has another now. */
  readonly renamedFrom: string | undefined;
}

/** What a plan is made for. */
export interface PlanOptions {
  /** Full names; `undefined` for all. */
  readonly folders: ReadonlySet<string> | undefined;
  readonly cursors: ReadonlyMap<string, SyncCursor>;
  readonly strategy: SyncStrategy | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

/** Asks for the figures of all folders at once (LIST-STATUS), and compares them with the cursors. */
export function planAccount(runner: SessionRunner, options: PlanOptions): Promise<AccountPlan> {
  const { signal, timeoutMs, folders, cursors } = options;
  return runner.run(
    async (session, abort) => {
      await leaveMailbox(session, abort);
      const listed = await listFolders(session, { counts: true, signal: abort });
      rememberRoles(runner, listed);
      const there = listed.filter(({ name, isSelectable }) => isSelectable && folders?.has(name) !== false);
      const isAll = listed.some(({ role }) => role === "inbox");
      const missing = isAll ? missingFolders(listed, options) : [];
      const renamed = findRenamed(there, cursors, missing);
      const deleted: string[] = [];
      for (const name of missing) {
        const isRenamed = [...renamed.values()].includes(name);
        if (!isRenamed && (await isGone(session, name, abort))) deleted.push(name);
      }
      const changed = there.flatMap((folder) => toChanged(folder, renamed.get(folder.name), options));
      return { changed, deleted };
    },
    { signal, timeoutMs },
  );
}

/** QUIRK: of a mailbox that the session has open, servers tell the figures of when it was opened. */
async function leaveMailbox(session: ImapSession, signal: AbortSignal | undefined): Promise<void> {
  if (session.selected === undefined) return;
  const canLeave = session.can("UNSELECT");
  await session.command(canLeave ? "UNSELECT" : "NOOP", [], { signal });
  if (canLeave) session.selected = undefined;
}

function missingFolders(listed: readonly Folder[], { folders, cursors }: PlanOptions): string[] {
  const there = new Set(listed.filter(({ isSelectable }) => isSelectable).map(({ name }) => name));
  return [...cursors.keys()].filter((name) => !there.has(name) && folders?.has(name) !== false);
}

/** By their new name, the names that folders had. */
function findRenamed(
  there: readonly Folder[],
  cursors: ReadonlyMap<string, SyncCursor>,
  missing: readonly string[],
): ReadonlyMap<string, string> {
  const byId = new Map<string, string>();
  for (const name of missing) {
    const cursor = cursors.get(name);
    const id = cursor === undefined ? undefined : readCursor(cursor)?.mailboxId;
    if (id !== undefined) byId.set(id, name);
  }
  const found = new Map<string, string>();
  for (const { name, mailboxId } of there) {
    const before = mailboxId === undefined || cursors.has(name) ? undefined : byId.get(mailboxId);
    if (before !== undefined) found.set(name, before);
  }
  return found;
}

/** A list may be short; that there is no such folder is said when it is asked for. */
async function isGone(session: ImapSession, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await folderStatus(session, name, signal);
    return false;
  } catch (error) {
    if (isMailError(error) && error.server !== undefined && !error.connectionBroken)
      return error.code === "not-found";
    throw error;
  }
}

function toChanged(
  folder: Folder,
  renamedFrom: string | undefined,
  { cursors, strategy }: PlanOptions,
): ChangedFolder[] {
  const cursor = cursors.get(renamedFrom ?? folder.name);
  const state = cursor === undefined ? undefined : readCursor(cursor);
  const isSame = strategy !== "plain" && state !== undefined && isUnchanged(folder, state);
  if (isSame && renamedFrom === undefined) return [];
  return [{ folder: folder.name, cursor, renamedFrom }];
}
