import type { MailError } from "@mailwright/core";
import { fetchRows } from "../fetch/fetch-rows.js";
import { lastUid, uidsAfter } from "../fetch/uids-after.js";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { formatUidSet } from "../wire/uid-set.js";
import { atom } from "../wire/wire-argument.js";
import { textsOf } from "../wire/wire-node.js";
import type { WatchEvent } from "./watch-event.js";

/** Where a watcher stands, so that it can go on after a gap. */
export interface WatchPosition {
  uidValidity: number | undefined;
  lastUid: number;
}

/** After (re)opening the folder: what came since the position, or that the position is void. */
export async function catchUp(
  session: ImapSession,
  mailbox: SelectedMailbox,
  position: WatchPosition,
  gap: MailError | undefined,
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const totalCount = mailbox.exists;
  const isFirst = position.lastUid < 0;
  if (!isFirst && isReplaced(mailbox, position)) {
    position.lastUid = -1;
    emit({ type: "reset", folder: mailbox.path, reason: "uidvalidity", totalCount });
  } else if (!isFirst && gap !== undefined) {
    emit({ type: "resumed", folder: mailbox.path, totalCount, error: gap });
  }
  position.uidValidity = mailbox.uidValidity;
  if (position.lastUid >= 0) return announceAdded(session, mailbox, position, emit, signal);
  position.lastUid =
    mailbox.uidNext === undefined || !mailbox.isFresh
      ? await highestUid(session, mailbox, signal)
      : mailbox.uidNext - 1;
  if (isFirst) emit({ type: "started", folder: mailbox.path, totalCount });
}

/** Without a UIDVALIDITY, a UIDNEXT that went back is all that tells. */
function isReplaced({ uidValidity, uidNext, isFresh }: SelectedMailbox, position: WatchPosition): boolean {
  if (uidValidity !== position.uidValidity) return true;
  return uidValidity === undefined && isFresh && uidNext !== undefined && uidNext <= position.lastUid;
}

/** Tells the messages behind the position, and moves it past them. */
export async function announceAdded(
  session: ImapSession,
  mailbox: SelectedMailbox,
  position: WatchPosition,
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const uids = await uidsAfter(session, mailbox, position.lastUid, signal);
  if (uids.length === 0) return;
  position.lastUid = Math.max(...uids.slice(-1));
  emit({ type: "added", folder: mailbox.path, uids, totalCount: mailbox.exists });
}

/** Sequence numbers hold until the next command but FETCH, STORE or SEARCH (RFC 9051 §7.5.1). */
export async function announceFlags(
  session: ImapSession,
  mailbox: SelectedMailbox,
  sequences: readonly number[],
  emit: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const items = [atom("UID"), atom("FLAGS")];
  const rows = await fetchRows(session, formatUidSet(sequences), items, { signal, bySequence: true });
  const changes = [...rows].map(([uid, row]) =>
    serializable({ uid, flags: new Set(textsOf(row.get("FLAGS"))) }),
  );
  if (changes.length > 0) emit({ type: "flags", folder: mailbox.path, changes });
}

/**
 * The UID of the last message. Where the server gives none for it, since others have just removed it, say, the list of
 * all tells: with too low a UID everything would be announced as new.
 */
async function highestUid(
  session: ImapSession,
  mailbox: SelectedMailbox,
  signal: AbortSignal,
): Promise<number> {
  if (mailbox.exists === 0) return 0;
  const highest = await lastUid(session, mailbox, signal);
  return highest ?? (await uidsAfter(session, mailbox, 0, signal)).at(-1) ?? 0;
}
