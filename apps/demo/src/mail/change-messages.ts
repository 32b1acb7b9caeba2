import { isMailError, type MailError } from "@mailwright/core";
import { inTransaction } from "../db/in-transaction.js";
import { findFolder } from "../store/folders.js";
import { removeMessages, setFlags } from "../store/messages/change-messages.js";
import { findMessages, type MessageItem } from "../store/messages/list-messages.js";
import type { Tenant } from "../store/tenant.js";
import { changeOnServer, type MessageChange } from "./change-on-server.js";
import type { MailEnvironment } from "./mail-environment.js";
import type { WebClients } from "./web-clients.js";

/** What became of one message. */
export type ChangeOutcome =
  | { readonly id: number; readonly ok: true }
  | { readonly id: number; readonly ok: false; readonly error: MailError | undefined };

/**
 * Changes messages on their servers and, where a server agreed, here. One account that refuses does not stop the
 * others. A moved message is removed here; where it went, the next pass finds it.
 */
export async function changeMessages(
  { environment, clients }: { readonly environment: MailEnvironment; readonly clients: WebClients },
  tenant: Tenant,
  ids: readonly number[],
  change: { readonly type: "move"; readonly folderId: string } | Exclude<MessageChange, { type: "move" }>,
): Promise<ChangeOutcome[]> {
  const found = await findMessages(tenant, ids);
  const target = change.type === "move" ? await findFolder(tenant, change.folderId) : undefined;
  const outcomes = new Map<number, ChangeOutcome>();
  for (const group of byFolder(found)) {
    const groupIds = group.map(({ id }) => id);
    const error = await changeGroup(group).catch((failure: unknown) => {
      if (isMailError(failure)) return failure;
      throw failure;
    });
    if (error === undefined) await changeHere(groupIds);
    if (error === "gone") continue;
    for (const id of groupIds)
      outcomes.set(id, error === undefined ? { id, ok: true } : { id, ok: false, error });
  }
  return ids.map((id) => outcomes.get(id) ?? { id, ok: false, error: undefined });

  async function changeGroup(group: readonly MessageItem[]): Promise<"gone" | undefined> {
    const [first] = group;
    const folder = first && (await findFolder(tenant, first.folderId));
    if (folder === undefined) return "gone";
    // A folder of another account is as good as none.
    if (change.type === "move" && target?.accountId !== folder.accountId) return "gone";
    const onServer: MessageChange =
      change.type === "move" ? { type: "move", to: target?.path ?? "" } : change;
    const uids = group.map(({ uid }) => uid);
    const done = await clients.use(tenant, folder.accountId, async (client) => {
      await changeOnServer(client, folder.path, uids, onServer);
      return true;
    });
    return done ? undefined : "gone";
  }

  async function changeHere(groupIds: readonly number[]): Promise<void> {
    await inTransaction(environment.database, async (sql) => {
      const inside = { id: tenant.id, sql };
      if (change.type === "flags") await setFlags(inside, groupIds, change.flags);
      else await removeMessages(inside, groupIds);
    });
  }
}

function byFolder(items: readonly MessageItem[]): MessageItem[][] {
  const groups = new Map<string, MessageItem[]>();
  for (const item of items) {
    const group = groups.get(item.folderId) ?? [];
    groups.set(item.folderId, group);
    group.push(item);
  }
  return [...groups.values()];
}
