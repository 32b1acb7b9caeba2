import type { ImapClient, ImapMessage } from "@mailwright/imap";
import type { ServerFlags } from "../store/change-messages.js";
import type { Folder } from "../store/folders.js";
import { knownFlags } from "../store/known-flags.js";
import type { Tenant } from "../store/tenant.js";
import type { FolderBatch } from "./folder-batch.js";
import { AUTOMATIC_HEADERS, fromImapMessage } from "./message-from-imap.js";

const BATCH_MESSAGES = 100;

/**
 * Finds what changed in a folder of IMAP by comparing the server's flags of all messages with the stored ones. The
 * rows themselves say how far it has come, so the cursor is only the numbering that they are of.
 */
export async function* scanImapFolder(
  imap: ImapClient,
  tenant: Tenant,
  folder: Folder,
  cursor: unknown,
  signal: AbortSignal,
): AsyncGenerator<FolderBatch, void, undefined> {
  const { uidValidity } = await imap.status(folder.path, { signal });
  const isReset = cursor !== undefined && validityOf(cursor) !== uidValidity;
  const known = isReset ? new Map<string, ServerFlags>() : await knownFlags(tenant, folder.id);
  const flags: ServerFlags[] = [];
  const fresh: number[] = [];
  const gone = new Set(known.keys());
  for await (const message of imap.messages(folder.path, { signal })) {
    const uid = String(message.uid);
    const stored = known.get(uid);
    gone.delete(uid);
    if (stored === undefined) fresh.push(message.uid);
    else if (hasOtherFlags(message, stored)) flags.push(toFlags(message));
  }
  const total = known.size - gone.size + fresh.length;
  const batch = { added: [], flags: [], removed: [], unfetchable: [], cursor: { uidValidity }, total };
  const acknowledge = async (): Promise<void> => {};
  yield { ...batch, isReset, flags, removed: [...gone], acknowledge };
  // Newest first: the top of the list is what people look at while the rest arrives.
  for (let end = fresh.length; end > 0; end -= BATCH_MESSAGES) {
    const uids = fresh.slice(Math.max(0, end - BATCH_MESSAGES), end);
    const added: ImapMessage[] = [];
    const unfetchable: { uids: string[]; error: string }[] = [];
    const query = { uids, body: "text", headers: AUTOMATIC_HEADERS, signal } as const;
    const onUnfetchable = (missing: { readonly uids: readonly number[]; readonly error: Error }): void => {
      unfetchable.push({ uids: missing.uids.map(String), error: missing.error.message });
    };
    for await (const message of imap.messages(folder.path, { ...query, onUnfetchable })) added.push(message);
    yield { ...batch, isReset: false, added: added.map(fromImapMessage), unfetchable, acknowledge };
  }
}

function validityOf(cursor: unknown): unknown {
  return typeof cursor === "object" && cursor !== null && "uidValidity" in cursor
    ? cursor.uidValidity
    : undefined;
}

function toFlags({ uid, isRead, isStarred, isAnswered, isDraft }: ImapMessage): ServerFlags {
  return { uid: String(uid), seen: isRead, flagged: isStarred, answered: isAnswered, draft: isDraft };
}

function hasOtherFlags(message: ImapMessage, stored: ServerFlags): boolean {
  const { seen, flagged, answered, draft } = toFlags(message);
  return (
    seen !== stored.seen ||
    flagged !== stored.flagged ||
    answered !== stored.answered ||
    draft !== stored.draft
  );
}
