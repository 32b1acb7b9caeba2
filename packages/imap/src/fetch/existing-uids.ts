import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { textsOf } from "../wire/wire-node.js";
import { fetchRows } from "./fetch-rows.js";

/**
 * Which of these messages are there, and have flags that are right where that is asked. QUIRK: what FETCH is silent about,
 * SEARCH may know (Exchange).
 */
export async function existingUids(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
  areRight?: (flags: readonly string[]) => boolean,
): Promise<number[]> {
  const items = areRight === undefined ? [atom("UID")] : [atom("UID"), atom("FLAGS")];
  const found = new Set<number>();
  const wrong = new Set<number>();
  const wanted = new Set(uids);
  for (const { set } of splitUidSets(uids)) {
    const rows = await fetchRows(session, set, items, { signal, wanted });
    for (const [uid, row] of rows) {
      found.add(uid);
      const flags = row.get("FLAGS");
      if (flags !== undefined && areRight?.(textsOf(flags)) === false) wrong.add(uid);
    }
  }
  const silent = uids.filter((uid) => !found.has(uid));
  if (silent.length > 0) for (const uid of await searchUids(session, silent, signal)) found.add(uid);
  return uids.filter((uid) => found.has(uid) && !wrong.has(uid));
}

/**
 * These messages, or those of them that are there. QUIRK: GNU mailutils, which has no UIDPLUS, takes a UID that is not there for
 * the last message, and would mark or copy that.
 */
export async function certainUids(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<readonly number[]> {
  return session.can("UIDPLUS") ? uids : existingUids(session, uids, signal);
}

/** Which of these messages SEARCH finds. */
export async function searchUids(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const found = new Set<number>();
  for (const { uids: asked, set } of splitUidSets(uids)) {
    const criteria = [atom("UID"), numberSet(set)];
    for (const uid of await runSearch(session, { exists: asked.length }, criteria, { signal }))
      found.add(uid);
  }
  return uids.filter((uid) => found.has(uid));
}
