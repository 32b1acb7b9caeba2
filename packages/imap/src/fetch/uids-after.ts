import { MailError } from "@mailwright/core";
import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { fetchRows } from "./fetch-rows.js";

/**
 * The UIDs above one, ascending; 0 for all. The answer is compared with EXISTS: `7:*` always means a message, the
 * newest even when its UID is lower than 7 (RFC 9051 §9, seq-range), and `1:*` all.
 *
 * QUIRK: GNU mailutils answers `UID SEARCH UID 1:*` with nothing, whatever there is. What contradicts EXISTS is
 * asked for again by FETCH. Rejects with `"protocol"` where that says nothing either.
 */
export async function uidsAfter(
  session: ImapSession,
  mailbox: SelectedMailbox,
  uid: number,
  signal?: AbortSignal,
): Promise<number[]> {
  if (mailbox.exists === 0) return [];
  const set = `${uid + 1}:*`;
  const found = await runSearch(session, mailbox, [atom("UID"), numberSet(set)], { signal });
  if (isCredible(found, mailbox, uid)) return found.filter((other) => other > uid);
  const rows = await fetchRows(session, set, [atom("UID")], { signal });
  const all = new Set([...found, ...rows.keys()]);
  if (all.size === 0 && mailbox.exists > 0) throw contradiction(session, mailbox);
  return [...all].filter((other) => other > uid).sort((a, b) => a - b);
}

function isCredible(found: readonly number[], { exists }: SelectedMailbox, uid: number): boolean {
  return found.length >= (uid === 0 ? exists : Math.min(exists, 1));
}

function contradiction(session: ImapSession, { path, exists }: SelectedMailbox): MailError {
  return new MailError(`The server says that ${path} has ${exists} messages, and names none`, {
    code: "protocol",
    protocol: "imap",
    phase: "search",
    connectionId: session.connectionId,
    retryable: true,
  });
}
