import { isMailError } from "@mailwright/core";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import { listedName, onMailbox, rememberWireName } from "../session/named-mailbox.js";
import { reopenMailbox } from "../session/select-mailbox.js";
import { decodeMailboxName } from "../wire/mailbox-name.js";
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
  type WireResponse,
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
  const statuses = new Map<string, FolderStatus>();
  const { listed, hasSubscriptions } = await listAll(session, counts, statuses, signal);
  const subscribed = hasSubscriptions ? undefined : await listSubscribed(session, signal);
  if (counts) {
    for (const entry of listed) {
      // QUIRK: servers with LIST-STATUS leave folders out.
      if (!isSelectable(entry) || statuses.has(entry.name)) continue;
      const status = await folderStatus(session, entry.name, signal).catch(ignoreRefusal);
      if (status !== undefined) statuses.set(entry.name, status);
    }
  }
  return toFolders(listed, statuses, subscribed);
}

interface Listing {
  readonly listed: readonly Listed[];
  /** The flags say which folders are subscribed. */
  readonly hasSubscriptions: boolean;
}

/**
 * LIST with all that the server can put into one answer, or XLIST where that alone tells the roles. QUIRK: Zimbra
 * announces extensions that it refuses; the plain form is asked for then.
 */
async function listAll(
  session: ImapSession,
  counts: boolean,
  statuses: Map<string, FolderStatus>,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  const isXlist = session.can("XLIST") && !session.can("SPECIAL-USE");
  const hasListStatus = counts && (session.can("LIST-STATUS") || session.can("IMAP4rev2"));
  const returns = isXlist ? [] : returnOptions(session, hasListStatus);
  const extended = returns.length === 0 ? [] : [atom("RETURN"), returns];
  const list = async (command: string, more: readonly WireArgument[]): Promise<Listed[]> => {
    const listed = new Map<string, Listed>();
    const takeList = ({ attributes }: WireResponse): void => takeListed(session, attributes ?? [], listed);
    const takeStatus = ({ attributes = [] }: WireResponse): void => {
      const name = listedName(attributes.slice(0, -1));
      if (name !== undefined) statuses.set(decodeMailboxName(name), readStatus(attributes.at(-1)));
    };
    const untagged = { LIST: takeList, XLIST: takeList, STATUS: takeStatus };
    await session.command(command, [quoted(""), quoted("*"), ...more], { signal, untagged });
    return [...listed.values()];
  };
  try {
    const listed = await list(isXlist ? "XLIST" : "LIST", extended);
    return { listed, hasSubscriptions: extended.length > 0 && hasListExtended(session) };
  } catch (error) {
    ignoreRefusal(error);
    if (!isXlist && extended.length === 0) throw error;
    return { listed: await list("LIST", []), hasSubscriptions: false };
  }
}

function takeListed(
  session: ImapSession,
  [flags, delimiter, ...name]: readonly WireNode[],
  listed: Map<string, Listed>,
): void {
  const wire = listedName(name);
  if (wire === undefined || wire === "") return;
  const decoded = decodeMailboxName(wire);
  rememberWireName(session, decoded, wire);
  const entry = listed.get(decoded) ?? {
    name: decoded,
    delimiter: textOf(delimiter),
    flags: new Set<string>(),
  };
  for (const flag of textsOf(flags)) entry.flags.add(flag);
  listed.set(decoded, entry);
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
  const take = ({ attributes = [] }: WireResponse): void => {
    const name = decodeMailboxName(listedName(attributes.slice(0, -1)) ?? "");
    if (name === decodeMailboxName(path)) found = readStatus(attributes.at(-1));
  };
  const run = (mailbox: WireArgument): Promise<unknown> =>
    session.command("STATUS", [mailbox, statusItems(session)], { signal, untagged: { STATUS: take } });
  await onMailbox(session, path, run, signal);
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

/** The names that LSUB tells; none where it is refused: what is subscribed matters less than the folders. */
async function listSubscribed(session: ImapSession, signal: AbortSignal | undefined): Promise<Set<string>> {
  const names = new Set<string>();
  const take = ({ attributes = [] }: WireResponse): void => {
    const name = listedName(attributes.slice(2));
    // RFC 3501 §6.3.9: one with \\Noselect is not subscribed itself, but something below it.
    const isParent = textsOf(attributes[0]).some((flag) => flag.toLowerCase() === "\\noselect");
    if (name !== undefined && !isParent) names.add(decodeMailboxName(name));
  };
  const args = [quoted(""), quoted("*")];
  await session.command("LSUB", args, { signal, untagged: { LSUB: take } }).catch(ignoreRefusal);
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
