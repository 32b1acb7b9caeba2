import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { toUids } from "../wire/uid-set.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { parseNumber } from "../wire/wire-node.js";
import { fetchRows } from "./fetch-rows.js";
import type { MessagesQuery } from "./imap-message.js";

/** The UIDs that a query means, ascending, in a number of round trips that does not grow with the folder. */
export async function listUids(
  session: ImapSession,
  mailbox: SelectedMailbox,
  query: MessagesQuery,
  signal?: AbortSignal,
): Promise<number[]> {
  const { afterUid = 0, beforeUid, newest } = query;
  const isInside = (uid: number): boolean => uid > afterUid && (beforeUid === undefined || uid < beforeUid);
  if (query.uids !== undefined) return newestOf(toUids(query.uids).filter(isInside), newest);
  const { exists } = mailbox;
  if (exists === 0 || newest === 0) return [];
  if (newest === undefined) {
    const last = beforeUid === undefined ? "*" : Math.max(beforeUid - 1, afterUid + 1);
    const range = [atom("UID"), numberSet(`${afterUid + 1}:${last}`)];
    const found = await runSearch(session, mailbox, range, { signal });
    // QUIRK: `7:*` means the newest message even when its UID is lower than 7 (RFC 9051 §9, seq-range).
    return found.filter(isInside);
  }
  const end = beforeUid === undefined ? exists : await countBelow(session, mailbox, beforeUid, signal);
  if (end === 0) return [];
  const range = `${Math.max(1, end - newest + 1)}:${end}`;
  const rows = await fetchRows(session, range, [atom("UID")], { signal, bySequence: true });
  return [...rows.keys()].filter(isInside).sort((a, b) => a - b);
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
  if (!session.can("ESEARCH") && !session.can("IMAP4rev2")) {
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
