import { and, asc, eq, getTableColumns, or, sql } from "drizzle-orm";
import { newId } from "../db/new-id.js";
import { folders } from "../db/schema/folders.js";
import { addEvents, type NewEvent } from "./events.js";
import { isSeen, type Tenant } from "./tenant.js";

/** What a folder is for. */
type FolderRole = (typeof folders.$inferSelect)["role"];

/** A folder as everybody may see it. */
export type Folder = Omit<typeof folders.$inferSelect, "tenantId" | "cursor" | "createdAt">;

/** A folder as a server lists it. */
export interface ListedFolder {
  readonly path: string;
  readonly displayName: string;
  readonly role: FolderRole;
  readonly isSelectable: boolean;
}

const { tenantId: _tenantId, cursor: _cursor, createdAt: _createdAt, ...shown } = getTableColumns(folders);

/** The folders of an account, or of all: inboxes first, then by what they are for, then by name. */
export async function listFolders(tenant: Tenant, accountId?: string): Promise<Folder[]> {
  const order = sql`array_position(array['inbox','drafts','sent','archive','all','flagged','spam','trash'], ${folders.role})`;
  return await tenant.sql
    .select(shown)
    .from(folders)
    .where(
      and(isSeen(tenant, folders), accountId === undefined ? undefined : eq(folders.accountId, accountId)),
    )
    .orderBy(asc(folders.accountId), order, asc(folders.path));
}

/** One folder, if it is this tenant's. */
export async function findFolder(tenant: Tenant, id: string): Promise<Folder | undefined> {
  const [row] = await tenant.sql.select(shown).from(folders).where(own(tenant, id));
  return row;
}

/** Brings the folders of an account to what its server lists; a folder that is gone takes its messages with it. */
export async function replaceFolders(
  tenant: Tenant,
  accountId: string,
  listed: readonly ListedFolder[],
): Promise<Folder[]> {
  const known = new Map((await listFolders(tenant, accountId)).map((folder) => [folder.path, folder]));
  const events: NewEvent[] = [];
  for (const { path, displayName, role, isSelectable } of listed) {
    const folder = known.get(path);
    known.delete(path);
    if (folder === undefined) {
      const row = { id: newId(), tenantId: tenant.id, accountId, path, displayName, role, isSelectable };
      // A pass and a person may find the same folder at once: the first one's row stays.
      const made = await tenant.sql.insert(folders).values(row).onConflictDoNothing().returning(shown);
      if (made.length > 0) events.push({ type: "folder.added", accountId, data: { id: row.id } });
    } else if (
      folder.role !== role ||
      folder.displayName !== displayName ||
      folder.isSelectable !== isSelectable
    ) {
      const set = { displayName, role, isSelectable };
      await tenant.sql.update(folders).set(set).where(own(tenant, folder.id));
      await tenant.sql.execute(
        sql`update messages set inbox = ${role === "inbox"} where folder_id = ${folder.id}`,
      );
      events.push({ type: "folder.updated", accountId, data: { id: folder.id } });
    }
  }
  for (const { id } of known.values()) {
    await tenant.sql.delete(folders).where(own(tenant, id));
    events.push({ type: "folder.removed", accountId, data: { id } });
  }
  await addEvents(tenant, events);
  return await listFolders(tenant, accountId);
}

/** Gives a folder and those below it the paths that its server gave them; what they hold stays theirs. */
export async function moveFolders(
  tenant: Tenant,
  accountId: string,
  move: { readonly from: string; readonly to: string; readonly delimiter: string | undefined },
): Promise<void> {
  const { from, to, delimiter } = move;
  const ofAccount = and(isSeen(tenant, folders), eq(folders.accountId, accountId));
  const at = (path: string) =>
    and(
      ofAccount,
      or(
        eq(folders.path, path),
        delimiter === undefined ? undefined : sql`starts_with(${folders.path}, ${path + delimiter})`,
      ),
    );
  // The server has none of that name, or it would have refused: such rows are of a folder that is gone.
  await tenant.sql.delete(folders).where(at(to));
  await tenant.sql
    .update(folders)
    .set({ path: sql`${to}::text || substr(${folders.path}, char_length(${from}::text) + 1)` })
    .where(at(from));
}

/** Where the sync of a folder stands; opaque, written with each batch. */
export async function readCursor(tenant: Tenant, id: string): Promise<unknown> {
  const [row] = await tenant.sql.select({ cursor: folders.cursor }).from(folders).where(own(tenant, id));
  return row?.cursor ?? undefined;
}

/** Where the sync of each folder of an account stands, by its id. */
export async function readCursors(tenant: Tenant, accountId: string): Promise<ReadonlyMap<string, unknown>> {
  const rows = await tenant.sql
    .select({ id: folders.id, cursor: folders.cursor })
    .from(folders)
    .where(and(eq(folders.tenantId, tenant.id), eq(folders.accountId, accountId)));
  return new Map(rows.map(({ id, cursor }) => [id, cursor ?? undefined]));
}

/** Writes where the sync stands, in the transaction that has what it has read. */
export async function saveCursor(tenant: Tenant, id: string, cursor: unknown): Promise<void> {
  await tenant.sql.update(folders).set({ cursor }).where(own(tenant, id));
}

/** How far the sync of a folder has come. */
interface FolderProgress {
  readonly synced?: number | undefined;
  readonly toSync?: number | null | undefined;
  readonly lastPassAt?: Date | undefined;
}

/** Writes how far the sync of a folder has come, and tells it. */
export async function setFolderProgress(tenant: Tenant, id: string, progress: FolderProgress): Promise<void> {
  const [row] = await tenant.sql
    .update(folders)
    .set({ ...progress })
    .where(own(tenant, id))
    .returning(shown);
  if (row !== undefined) await addEvents(tenant, [progressEvent(row)]);
}

/** Empties a folder whose server numbers its messages anew. */
export async function resetFolder(tenant: Tenant, id: string, validity: string): Promise<void> {
  await tenant.sql.execute(sql`delete from messages where tenant_id = ${tenant.id} and folder_id = ${id}`);
  const set = { validity, total: 0, unread: 0, synced: 0 };
  const rows = await tenant.sql.update(folders).set(set).where(own(tenant, id)).returning(shown);
  const reset = rows.map(({ accountId }) => ({ accountId, data: { id, isReset: true } }));
  await addEvents(
    tenant,
    reset.map((event) => ({ type: "folder.updated", ...event })),
  );
}

/** Counts the messages of all folders of a tenant; answers with those whose counts were wrong, which they no longer are. */
export async function recountFolders(tenant: Tenant): Promise<string[]> {
  const { rows } = await tenant.sql.execute<{ id: string }>(sql`
    update folders set total = counted.total, unread = counted.unread
    from (
      select folders.id, count(messages.id)::int as total,
             count(messages.id) filter (where not messages.seen)::int as unread
      from folders left join messages on messages.folder_id = folders.id
      where folders.tenant_id = ${tenant.id} group by folders.id
    ) as counted
    where folders.id = counted.id and folders.tenant_id = ${tenant.id}
      and (folders.total, folders.unread) is distinct from (counted.total, counted.unread)
    returning folders.id`);
  return rows.map(({ id }) => id);
}

function progressEvent(folder: Folder): NewEvent {
  const { id, accountId, synced, toSync, lastPassAt, total, unread } = folder;
  return { type: "sync.progress", accountId, data: { id, synced, toSync, lastPassAt, total, unread } };
}

function own(tenant: Tenant, id: string) {
  return and(isSeen(tenant, folders), eq(folders.id, id));
}
