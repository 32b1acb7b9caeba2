import { runSearch } from "../search/run-search.js";
import { toCriteria } from "../search/search.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { toUids } from "../wire/uid-set.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { parseNumber } from "../wire/wire-node.js";
import { fetchUids } from "./fetch-uids.js";
import type { MessagesQuery } from "./imap-message.js";
import { uidsAfter } from "./uids-after.js";

/** The UIDs that a query means, ascending, in a number of round trips that does not grow with the folder. */
export async function listUids(
  session: ImapSession,
  mailbox: SelectedMailbox,
  query: MessagesQuery,
  signal?: AbortSignal,
): Promise<number[]> {
  const { afterUid = 0, beforeUid, newest } = query;
  const isInside = (uid: number): boolean => uid > afterUid && (beforeUid === undefined || uid < beforeUid);
  if (mailbox.exists === 0 || newest === 0) return [];
  if (query.query !== undefined)
    return newestOf(await search(session, mailbox, query, isInside, signal), newest);
  if (query.uids !== undefined) return newestOf(toUids(query.uids).filter(isInside), newest);
  if (newest !== undefined) return listNewest(session, mailbox, { newest, beforeUid }, isInside, signal);
  if (beforeUid === undefined) return uidsAfter(session, mailbox, afterUid, signal);
  if (beforeUid <= afterUid + 1) return [];
  const range = [atom("UID"), numberSet(`${afterUid + 1}:${beforeUid - 1}`)];
  return (await runSearch(session, mailbox, range, { signal })).filter(isInside);
}

/** What a search finds, and no more of the folder than is asked for. */
async function search(
  session: ImapSession,
  mailbox: SelectedMailbox,
  { query = {}, uids, afterUid = 0, beforeUid, newest }: MessagesQuery,
  isInside: (uid: number) => boolean,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const criteria = toCriteria(query);
  const last = beforeUid === undefined ? "*" : String(Math.max(beforeUid - 1, afterUid + 1));
  const isBounded = afterUid > 0 || beforeUid !== undefined;
  const range = isBounded ? [atom("UID"), numberSet(`${afterUid + 1}:${last}`)] : [];
  const options = { signal, newest: uids === undefined ? newest : undefined };
  const found = (await runSearch(session, mailbox, [...range, ...criteria], options)).filter(isInside);
  if (uids === undefined) return found;
  const wanted = new Set(toUids(uids));
  return found.filter((uid) => wanted.has(uid));
}

/**
 * The last so many, by their sequence numbers. QUIRK: what FETCH is silent about, SEARCH may know (Exchange): such
 * messages are told as unfetchable later, not left out here.
 */
async function listNewest(
  session: ImapSession,
  mailbox: SelectedMailbox,
  { newest, beforeUid }: { readonly newest: number; readonly beforeUid: number | undefined },
  isInside: (uid: number) => boolean,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const { exists } = mailbox;
  const end = beforeUid === undefined ? exists : await countBelow(session, mailbox, beforeUid, signal);
  if (end === 0) return [];
  const start = Math.max(1, end - newest + 1);
  const range = `${start}:${end}`;
  const found = new Set(await fetchUids(session, mailbox, range, { signal, bySequence: true }));
  if (found.size < end - start + 1)
    for (const uid of await runSearch(session, mailbox, [numberSet(range)], { signal })) found.add(uid);
  return [...found].filter(isInside).sort((a, b) => a - b);
}

/** The number of messages below a UID is the sequence number of the last of them. */
async function countBelow(
  session: ImapSession,
  mailbox: SelectedMailbox,
  beforeUid: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (beforeUid <= 1) return 0;
  const range = [atom("UID"), numberSet(`1:${beforeUid - 1}`)];
  if (!session.can("ESEARCH")) {
    return (await runSearch(session, mailbox, range, { signal })).length;
  }
  let count = 0;
  const returns = [atom("RETURN"), [atom("COUNT")]];
  await session.command("UID SEARCH", [...returns, ...range], {
    signal,
    untagged: {
      ESEARCH: (response) => {
        const texts = (response.attributes ?? []).map((node) =>
          node !== null && "value" in node ? node.value : "",
        );
        count = parseNumber(String(texts[texts.indexOf("COUNT") + 1])) ?? 0;
      },
    },
  });
  return Math.min(count, mailbox.exists);
}

function newestOf<T>(items: readonly T[], count: number | undefined): T[] {
  return count === undefined ? [...items] : items.slice(Math.max(0, items.length - count));
}
