import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { fetchRows } from "./fetch-rows.js";

/** Which of these messages are there. QUIRK: what FETCH is silent about, SEARCH may know (Exchange). */
export async function existingUids(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const found = new Set<number>();
  const wanted = new Set(uids);
  for (const { set } of splitUidSets(uids)) {
    const rows = await fetchRows(session, set, [atom("UID")], { signal, wanted });
    for (const uid of rows.keys()) found.add(uid);
  }
  const silent = uids.filter((uid) => !found.has(uid));
  if (silent.length === 0) return [...uids];
  for (const uid of await searchUids(session, silent, signal)) found.add(uid);
  return uids.filter((uid) => found.has(uid));
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
