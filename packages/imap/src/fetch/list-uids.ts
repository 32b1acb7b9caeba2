import { runSearch } from "../search/run-search.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { toUids } from "../wire/uid-set.js";
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
  const { since = 0, before, newest } = query;
  const isInside = (uid: number): boolean => uid > since && (before === undefined || uid < before);
  if (query.uids !== undefined) return last(toUids(query.uids).filter(isInside), newest);
  const { exists } = mailbox;
  if (exists === 0 || newest === 0) return [];
  if (newest === undefined) {
    const range = `${since + 1}:${before === undefined ? "*" : Math.max(before - 1, since + 1)}`;
    const found = await runSearch(
      session,
      mailbox,
      [
        { type: "ATOM", value: "UID" },
        { type: "SEQUENCE", value: range },
      ],
      {
        signal,
      },
    );
    // QUIRK: `7:*` means the newest message even when its UID is lower than 7 (RFC 9051 §9, seq-range).
    return found.filter(isInside);
  }
  const end = before === undefined ? exists : await countBelow(session, mailbox, before, signal);
  if (end === 0) return [];
  const rows = await fetchRows(
    session,
    `${Math.max(1, end - newest + 1)}:${end}`,
    [{ type: "ATOM", value: "UID" }],
    {
      signal,
      bySequence: true,
    },
  );
  return [...rows.keys()].filter(isInside).sort((a, b) => a - b);
}

/** The number of messages below a UID is the sequence number of the last of them. */
async function countBelow(
  session: ImapSession,
  mailbox: SelectedMailbox,
  before: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (before <= 1) return 0;
  const range = [
    { type: "ATOM", value: "UID" },
    { type: "SEQUENCE", value: `1:${before - 1}` },
  ] as const;
  if (!session.can("ESEARCH") && !session.can("IMAP4rev2")) {
    return (await runSearch(session, mailbox, range, { signal })).length;
  }
  let count = 0;
  const returns = [{ type: "ATOM", value: "RETURN" }, [{ type: "ATOM", value: "COUNT" }]] as const;
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

function last<T>(items: readonly T[], count: number | undefined): T[] {
  return count === undefined ? [...items] : items.slice(Math.max(0, items.length - count));
}
