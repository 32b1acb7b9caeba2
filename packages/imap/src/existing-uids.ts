import { fetchRows } from "./fetch-rows.js";
import type { ImapSession } from "./imap-session.js";
import { splitUidSets } from "./uid-set.js";

/** Which of these messages are there. */
export async function existingUids(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const found = new Set<number>();
  const wanted = new Set(uids);
  for (const { set } of splitUidSets(uids)) {
    const rows = await fetchRows(session, set, [{ type: "ATOM", value: "UID" }], { signal, wanted });
    for (const uid of rows.keys()) found.add(uid);
  }
  return uids.filter((uid) => found.has(uid));
}
