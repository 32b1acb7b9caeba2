import { isMailError } from "@mailwright/core";
import { serializable } from "../serializable.js";
import { allSettled } from "../session/all-settled.js";
import { atMost } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import { listedName, rememberWireName } from "../session/named-mailbox.js";
import { decodeMailboxName } from "../wire/mailbox-name.js";
import { atom, quoted, type WireArgument } from "../wire/wire-argument.js";
import { textOf, textsOf, type WireNode, type WireResponse } from "../wire/wire-node.js";
import type { Folder, FolderStatus } from "./folder.js";
import { assignRoles } from "./folder-roles.js";
import { folderStatus, hasCounts, statusItems, takeStatus } from "./folder-status.js";

interface Listed {
  readonly name: string;
  readonly delimiter: string | undefined;
  readonly flags: Set<string>;
}

/**
 * Lists all folders with their roles. With `counts`, the same round trip tells them where the server has LIST-STATUS,
 * else one STATUS per folder, which overlap; a folder whose STATUS is refused has no counts.
 */
export async function listFolders(
  session: ImapSession,
  options: { readonly counts?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Folder[]> {
  const { counts = false, signal } = options;
  const statuses = new Map<string, FolderStatus>();
  const { listed, hasSubscriptions } = await listAll(session, counts, statuses, signal);
  const subscribed = hasSubscriptions ? undefined : await listSubscribed(session, signal);
  // QUIRK: servers with LIST-STATUS leave folders out, or garble what they tell of them.
  const isUntold = (entry: Listed): boolean => isSelectable(entry) && !hasCounts(statuses.get(entry.name));
  const untold = counts ? listed.filter(isUntold) : [];
  for (let start = 0; start < untold.length; start += STATUS_BATCH) {
    const asked = untold.slice(start, start + STATUS_BATCH).map(async ({ name }) => {
      const status = await folderStatus(session, name, signal).catch(ignoreRefusal);
      if (status !== undefined) statuses.set(name, status);
    });
    await allSettled(asked);
  }
  return toFolders(listed, statuses, subscribed);
}

/** More lines about folders than any server has reason to send. */
const MAX_ANSWERS = 200_000;
/** More than their names and flags come to. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
/** Each has a deadline from when it is asked for. */
const STATUS_BATCH = 100;

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
  const hasListStatus = counts && session.can("LIST-STATUS");
  const returns = isXlist ? [] : returnOptions(session, hasListStatus);
  const extended = returns.length === 0 ? [] : [atom("RETURN"), returns];
  const list = async (command: string, more: readonly WireArgument[]): Promise<Listed[]> => {
    const listed = new Map<string, Listed>();
    const countAnswer = answerCounter();
    const takeList = ({ attributes = [] }: WireResponse): void => {
      countAnswer(attributes);
      takeListed(session, attributes, listed);
    };
    const takeCounts = (response: WireResponse): void => {
      countAnswer(response.attributes);
      const { name, status } = takeStatus(session, response);
      if (name !== undefined) statuses.set(name, status);
    };
    const untagged = { LIST: takeList, XLIST: takeList, STATUS: takeCounts };
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

/** Counts what a server tells of folders, by its lines and by what their words take. */
function answerCounter(): (words: readonly WireNode[] | undefined) => void {
  const countLine = atMost(MAX_ANSWERS, "folders");
  const countCharacters = atMost(MAX_CHARACTERS, "characters about folders");
  return (words = []) => {
    countLine();
    for (const text of words.flatMap((word) => [textOf(word), ...textsOf(word)]))
      countCharacters(text?.length);
  };
}

function takeListed(
  session: ImapSession,
  [flags, delimiter, ...name]: readonly WireNode[],
  listed: Map<string, Listed>,
): void {
  const wire = listedName(name);
  if (wire === undefined || wire === "") return;
  const decoded = decodeMailboxName(wire, session.wire.isUtf8);
  rememberWireName(session, decoded, wire);
  const entry = listed.get(decoded) ?? {
    name: decoded,
    delimiter: textOf(delimiter),
    flags: new Set<string>(),
  };
  for (const flag of textsOf(flags)) entry.flags.add(flag);
  listed.set(decoded, entry);
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
  return session.can("LIST-EXTENDED");
}

/** The names that LSUB tells; none where it is refused: what is subscribed matters less than the folders. */
async function listSubscribed(session: ImapSession, signal: AbortSignal | undefined): Promise<Set<string>> {
  const names = new Set<string>();
  const countAnswer = answerCounter();
  const take = ({ attributes = [] }: WireResponse): void => {
    countAnswer(attributes);
    const name = listedName(attributes.slice(2));
    // RFC 3501 §6.3.9: one with \\Noselect is not subscribed itself, but something below it.
    const isParent = textsOf(attributes[0]).some((flag) => flag.toLowerCase() === "\\noselect");
    if (name !== undefined && !isParent) names.add(decodeMailboxName(name, session.wire.isUtf8));
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
      mailboxId: status?.mailboxId,
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
