import { serializable } from "../serializable.js";
import { hasExtras, withExtras } from "../session/announced-extras.js";
import type { ImapSession } from "../session/imap-session.js";
import { listedName, onMailbox } from "../session/named-mailbox.js";
import { reopenMailbox } from "../session/select-mailbox.js";
import { decodeMailboxName } from "../wire/mailbox-name.js";
import { objectIdOf } from "../wire/values.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import {
  bigintOf,
  keywordOf,
  listOf,
  numberOf,
  uidValidityOf,
  type WireNode,
  type WireResponse,
} from "../wire/wire-node.js";
import type { FolderStatus } from "./folder.js";

/**
 * QUIRK: of a mailbox that is new or was just renamed, Cyrus 3.6 tells octets of its memory in STATUS, which may look
 * like an id; its own have 24 characters, or 36. What it tells with SELECT is right.
 */
const CYRUS_ID = /^[\da-z-]{24,}$/;

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
  const found = await askStatus(session, path, true, signal);
  if (hasCounts(found) || !session.can("OBJECTID")) return found ?? readStatus(undefined);
  // QUIRK: Cyrus may tell any octets as the id of a new folder, and with them the line is lost, or what stands behind.
  return (await askStatus(session, path, false, signal)) ?? readStatus(undefined);
}

/** Whether a status tells what every STATUS is asked for, however much of its line could be read. */
export function hasCounts(status: FolderStatus | undefined): boolean {
  return status?.totalCount !== undefined && status.unreadCount !== undefined;
}

async function askStatus(
  session: ImapSession,
  path: string,
  withId: boolean,
  signal: AbortSignal | undefined,
): Promise<FolderStatus | undefined> {
  let found: FolderStatus | undefined;
  const take = (response: WireResponse): boolean => {
    const { name, status } = takeStatus(session, response);
    const isOurs = name === decodeMailboxName(path, session.wire.isUtf8);
    if (isOurs) found = status;
    return isOurs;
  };
  const options = { signal, overlap: "status", untagged: { STATUS: take } } as const;
  const run = (mailbox: WireArgument): Promise<unknown> =>
    withExtras(session, "STATUS", () =>
      session.command("STATUS", [mailbox, statusItems(session, withId)], options),
    );
  await onMailbox(session, path, run, signal);
  return found;
}

/** What STATUS is asked for. */
export function statusItems(session: ImapSession, withId = true): WireArgument[] {
  const items = ["MESSAGES", "UNSEEN", "UIDNEXT", "UIDVALIDITY"];
  if (!hasExtras(session, "STATUS")) return items.map(atom);
  if (session.can("CONDSTORE")) items.push("HIGHESTMODSEQ");
  if (session.can("STATUS=SIZE")) items.push("SIZE");
  if (withId && session.can("OBJECTID")) items.push("MAILBOXID");
  return items.map(atom);
}

/** Reads a STATUS answer, also one that comes with LIST or unasked. */
export function takeStatus(
  session: ImapSession,
  { attributes = [] }: WireResponse,
): {
  readonly name: string | undefined;
  readonly status: FolderStatus;
} {
  const name = listedName(attributes.slice(0, -1));
  const told = readStatus(attributes.at(-1));
  const { name: server = "" } = session.serverInfo;
  const isCredible = !/cyrus/i.test(server) || CYRUS_ID.test(told.mailboxId ?? "");
  const status = isCredible ? told : { ...told, mailboxId: undefined };
  return { name: name === undefined ? undefined : decodeMailboxName(name, session.wire.isUtf8), status };
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
    mailboxId: objectIdOf(value("MAILBOXID")),
  });
}
