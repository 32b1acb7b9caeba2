import { isMailError } from "@mailwright/core";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import { reopenMailbox } from "../session/select-mailbox.js";
import { decodeMailboxName, encodeMailboxName } from "../wire/mailbox-name.js";
import { atom, quoted, type WireArgument } from "../wire/wire-argument.js";
import {
  bigintOf,
  keywordOf,
  listOf,
  numberOf,
  textOf,
  textsOf,
  uidValidityOf,
  type WireNode,
} from "../wire/wire-node.js";
import type { Folder, FolderStatus } from "./folder.js";
import { assignRoles } from "./folder-roles.js";

interface Listed {
  readonly name: string;
  readonly delimiter: string | undefined;
  readonly flags: Set<string>;
}

/**
 * Lists all folders with their roles. With `counts`, one round trip more where the server has LIST-STATUS,
 * else one STATUS per folder; a folder whose STATUS is refused has no counts.
 */
export async function listFolders(
  session: ImapSession,
  options: { readonly counts?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Folder[]> {
  const { counts = false, signal } = options;
  const hasListStatus = counts && (session.can("LIST-STATUS") || session.can("IMAP4rev2"));
  const statuses = new Map<string, FolderStatus>();
  const listed = new Map<string, Listed>();
  const takeList = (attributes: readonly WireNode[]): void => {
    const [flags, delimiter, name] = attributes;
    const raw = textOf(name);
    if (raw === undefined || raw === "") return;
    const decoded = decodeMailboxName(raw);
    const entry = listed.get(decoded) ?? {
      name: decoded,
      delimiter: textOf(delimiter),
      flags: new Set<string>(),
    };
    for (const flag of textsOf(flags)) entry.flags.add(flag);
    listed.set(decoded, entry);
  };
  const untagged = {
    LIST: (response: { readonly attributes?: readonly WireNode[] | undefined }) =>
      takeList(response.attributes ?? []),
    XLIST: (response: { readonly attributes?: readonly WireNode[] | undefined }) =>
      takeList(response.attributes ?? []),
    STATUS: (response: { readonly attributes?: readonly WireNode[] | undefined }) => {
      const [name, items] = response.attributes ?? [];
      const raw = textOf(name);
      if (raw !== undefined) statuses.set(decodeMailboxName(raw), readStatus(items));
    },
  };
  const returns = returnOptions(session, hasListStatus);
  const isXlist = session.can("XLIST") && !session.can("SPECIAL-USE");
  const args = [quoted(""), quoted("*"), ...(returns.length === 0 ? [] : [atom("RETURN"), returns])];
  await session.command(isXlist ? "XLIST" : "LIST", args, { signal, untagged });
  const subscribed = hasListExtended(session) ? undefined : await listSubscribed(session, signal);
  if (counts) {
    for (const entry of listed.values()) {
      // QUIRK: servers with LIST-STATUS leave folders out.
      if (!isSelectable(entry) || statuses.has(entry.name)) continue;
      const status = await folderStatus(session, entry.name, signal).catch(ignoreRefusal);
      if (status !== undefined) statuses.set(entry.name, status);
    }
  }
  return toFolders([...listed.values()], statuses, subscribed);
}

/**
 * STATUS of one folder. Rejects with `"not-found"` and the like.
 *
 * QUIRK: of a mailbox that the session has open, Dovecot tells what it was when it was opened, and Cyrus tells of one
 * that is gone: it is opened again before (RFC 9051 §6.3.11 advises against asking at all).
 */
export async function folderStatus(
  session: ImapSession,
  path: string,
  signal?: AbortSignal,
): Promise<FolderStatus> {
  const { selected } = session;
  if (selected?.path === path) await reopenMailbox(session, selected, signal);
  let found: FolderStatus | undefined;
  await session.command("STATUS", [quoted(encodeMailboxName(path)), statusItems(session)], {
    signal,
    untagged: {
      STATUS: (response) => {
        const [name, items] = response.attributes ?? [];
        if (decodeMailboxName(textOf(name) ?? "") === decodeMailboxName(encodeMailboxName(path)))
          found = readStatus(items);
      },
    },
  });
  return found ?? readStatus(undefined);
}

function returnOptions(session: ImapSession, hasListStatus: boolean): WireArgument[] {
  if (!hasListExtended(session)) {
    // LIST-STATUS needs no LIST-EXTENDED beside it (RFC 5819 §2).
    return hasListStatus ? [atom("STATUS"), statusItems(session)] : [];
  }
  const specialUse = session.can("SPECIAL-USE") ? [atom("SPECIAL-USE")] : [];
  const status = hasListStatus ? [atom("STATUS"), statusItems(session)] : [];
  return [atom("SUBSCRIBED"), ...specialUse, ...status];
}

function hasListExtended(session: ImapSession): boolean {
  return session.can("LIST-EXTENDED") || session.can("IMAP4rev2");
}

function statusItems(session: ImapSession): WireArgument[] {
  const items = ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY"];
  if (session.can("CONDSTORE")) items.push("HIGHESTMODSEQ");
  if (session.can("STATUS=SIZE") || session.can("IMAP4rev2")) items.push("SIZE");
  return items.map(atom);
}

function readStatus(items: WireNode | undefined): FolderStatus {
  const list = listOf(items);
  const value = (name: string): WireNode | undefined => {
    const at = list.findIndex((node, index) => index % 2 === 0 && keywordOf(node) === name);
    return at < 0 ? undefined : list[at + 1];
  };
  return serializable({
    totalCount: numberOf(value("MESSAGES")),
    unreadCount: numberOf(value("UNSEEN")),
    uidValidity: uidValidityOf(value("UIDVALIDITY")),
    uidNext: numberOf(value("UIDNEXT")) || undefined,
    highestModseq: bigintOf(value("HIGHESTMODSEQ")) || undefined,
    sizeBytes: Number(bigintOf(value("SIZE")) ?? Number.NaN) || undefined,
  });
}

async function listSubscribed(session: ImapSession, signal: AbortSignal | undefined): Promise<Set<string>> {
  const names = new Set<string>();
  await session.command("LSUB", [quoted(""), quoted("*")], {
    signal,
    untagged: {
      LSUB: (response) => {
        const name = textOf(response.attributes?.[2]);
        if (name !== undefined) names.add(decodeMailboxName(name));
      },
    },
  });
  return names;
}

function toFolders(
  listed: readonly Listed[],
  statuses: ReadonlyMap<string, FolderStatus>,
  subscribed: ReadonlySet<string> | undefined,
): Folder[] {
  const traits = listed.map(({ name, delimiter, flags }) => {
    const at = delimiter === undefined || delimiter === "" ? -1 : name.lastIndexOf(delimiter);
    const parent = at <= 0 ? undefined : name.slice(0, at);
    return { name, delimiter, flags, parent, displayName: at < 0 ? name : name.slice(at + 1) };
  });
  const roles = assignRoles(traits.filter(isSelectable));
  return traits.map((folder) => {
    const status = statuses.get(folder.name);
    return serializable({
      ...folder,
      role: roles.get(folder.name) ?? "custom",
      isSelectable: isSelectable(folder),
      isSubscribed: subscribed?.has(folder.name) ?? folder.flags.has("\\Subscribed"),
      totalCount: status?.totalCount,
      unreadCount: status?.unreadCount,
      uidValidity: status?.uidValidity,
      uidNext: status?.uidNext,
      highestModseq: status?.highestModseq,
    });
  });
}

function isSelectable({ flags }: { readonly flags: ReadonlySet<string> }): boolean {
  const lower = new Set([...flags].map((flag) => flag.toLowerCase()));
  return !lower.has("\\noselect") && !lower.has("\\nonexistent");
}

function ignoreRefusal(error: unknown): undefined {
  if (isMailError(error) && !error.connectionBroken) return undefined;
  throw error;
}
