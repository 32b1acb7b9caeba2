import { MailError } from "@mailwright/core";
import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { fetchUids } from "./fetch-uids.js";

/**
 * The UIDs above one, ascending; 0 for all. The answer is compared with EXISTS: `1:*` means all messages, and `7:*` one at
 * least, the newest even when its UID is lower than 7 (RFC 9051 §9, seq-range).
 *
 * QUIRK: GNU mailutils answers `UID SEARCH UID 1:*` with nothing, whatever there is, and Courier `7:*` where the newest
 * is lower. What contradicts EXISTS is asked for again by FETCH. Rejects with `"protocol"` where that says nothing either.
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
  const least = uid === 0 ? mailbox.exists : 1;
  if (found.length >= least || mailbox.exists === 0) return found.filter((other) => other > uid);
  const highest = uid === 0 ? undefined : await lastUid(session, mailbox, signal);
  if (highest !== undefined && highest <= uid) return [];
  const fetched = await fetchUids(session, mailbox, set, { signal });
  const all = [...new Set([...found, ...fetched])].filter((other) => other > uid);
  const isThere = uid === 0 ? mailbox.exists > 0 : highest !== undefined;
  if (all.length === 0 && isThere) throw contradiction(session, mailbox);
  return all.sort((a, b) => a - b);
}

/** The UID of the last message; `undefined` where the server does not give it, since others have just removed it, say. */
export async function lastUid(
  session: ImapSession,
  mailbox: SelectedMailbox,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const uids = await fetchUids(session, mailbox, `${mailbox.exists}`, { signal, bySequence: true });
  return [...uids].sort((a, b) => b - a)[0];
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
