import { randomUUID } from "node:crypto";
import { MailError } from "@mailwright/core";
import type { ImapClient, Folder as ServerFolder } from "@mailwright/imap";
import { inTransaction } from "../db/in-transaction.js";
import { type Folder, findFolder, moveFolders, replaceFolders } from "../store/folders.js";
import { releaseLease, takeLease } from "../store/leases.js";
import { type Tenant, within } from "../store/tenant.js";
import { toListed } from "./list-folders.js";
import type { MailEnvironment } from "./mail-environment.js";
import { nudgeAccounts } from "./nudge-accounts.js";
import type { WebClients } from "./web-clients.js";

/** What changes of folders work with. */
interface FolderWork {
  readonly environment: MailEnvironment;
  readonly clients: WebClients;
}

/** The folder that somebody wants. */
interface WantedFolder {
  readonly accountId: string;
  readonly name: string;
  /** The folder that it shall be in; at the top without one. */
  readonly parentId?: string | undefined;
}

/** Makes a folder on the account's server, and here. `undefined` when the tenant has no such account or parent. */
export async function createFolder(
  work: FolderWork,
  tenant: Tenant,
  { accountId, name, parentId }: WantedFolder,
): Promise<Folder | undefined> {
  const parent = parentId === undefined ? undefined : await findFolder(tenant, parentId);
  if (parentId !== undefined && parent?.accountId !== accountId) return undefined;
  return await onServer(work, tenant, accountId, async (client) => {
    const before = await client.listFolders();
    const within = before.find((folder) => folder.name === parent?.path);
    // As a list of names it begins where the server keeps this account's own folders.
    await client.createFolder(within === undefined ? [name] : joinName(within.name, within.delimiter, name));
    const known = new Set(before.map((folder) => folder.name));
    const stored = await storeList(work, tenant, accountId, await client.listFolders());
    return stored.find(({ path }) => !known.has(path) && path.endsWith(name));
  });
}

/** Gives a folder another name, where it is; those below it come along, and no message is read anew. */
export async function renameFolder(
  work: FolderWork,
  tenant: Tenant,
  id: string,
  name: string,
): Promise<Folder | undefined> {
  const folder = await findFolder(tenant, id);
  if (folder === undefined) return undefined;
  requireNoInbox(folder);
  const { accountId, path } = folder;
  return await onServer(work, tenant, accountId, async (client) => {
    const found = (await client.listFolders()).find((listed) => listed.name === path);
    if (found === undefined) return undefined;
    const { parent, delimiter } = found;
    const to = joinName(parent, delimiter, name);
    await client.renameFolder(path, to);
    const stored = await storeList(work, tenant, accountId, await client.listFolders(), (inside) =>
      moveFolders(inside, accountId, { from: path, to, delimiter }),
    );
    return stored.find((candidate) => candidate.id === id);
  });
}

/** Deletes a folder with its messages, on the server and here. False when there is none such. */
export async function deleteFolder(work: FolderWork, tenant: Tenant, id: string): Promise<boolean> {
  const folder = await findFolder(tenant, id);
  if (folder === undefined) return false;
  requireNoInbox(folder);
  const { accountId, path } = folder;
  const done = await onServer(work, tenant, accountId, async (client) => {
    await client.deleteFolder(path);
    await storeList(work, tenant, accountId, await client.listFolders());
    return true;
  });
  return done === true;
}

/** No pass may write meanwhile: it would take the folders for what they were when it asked. */
async function onServer<T>(
  { environment, clients }: FolderWork,
  tenant: Tenant,
  accountId: string,
  task: (client: ImapClient) => Promise<T>,
): Promise<T | undefined> {
  return await clients.use(tenant, accountId, async ({ kind, client }) => {
    if (kind === "pop3")
      throw new MailError("POP3 has no folders", { code: "unsupported", protocol: "pop3" });
    const lease = await takeLease(tenant, accountId, `folders-${randomUUID()}`);
    try {
      return await task(client);
    } finally {
      await releaseLease(tenant, lease);
      await nudgeAccounts(environment.database, [accountId]);
    }
  });
}

/** Stores the server's list at once: nobody waits for the next pass to see what they have done. */
async function storeList(
  { environment }: FolderWork,
  tenant: Tenant,
  accountId: string,
  listed: readonly ServerFolder[],
  before: (inside: Tenant) => Promise<void> = async () => {},
): Promise<Folder[]> {
  return await inTransaction(environment.database, async (sql) => {
    const inside = within(tenant, sql);
    await before(inside);
    return await replaceFolders(inside, accountId, listed.map(toListed));
  });
}

function joinName(parent: string | undefined, delimiter: string | undefined, name: string): string {
  if (delimiter !== undefined && name.includes(delimiter))
    throw invalid(`A name here cannot have ${delimiter} in it`);
  if (parent === undefined) return name;
  if (delimiter === undefined) throw invalid("This server has no folders in folders");
  return `${parent}${delimiter}${name}`;
}

/** To rename it would empty it (RFC 9051 §6.3.6), and no server lets it be deleted. */
function requireNoInbox({ role }: Folder): void {
  if (role === "inbox") throw invalid("The inbox keeps its name and stays");
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap" });
}
