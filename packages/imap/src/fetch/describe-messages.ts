import type { FolderRole } from "../folders/folder.js";
import type { ImapSession } from "../session/imap-session.js";
import { fetchHeads } from "./fetch-heads.js";
import type { HeadRow } from "./head-row.js";
import type { MessagesQuery } from "./imap-message.js";
import { type MessageHead, toMessageHead } from "./message-items.js";

/** Where messages are described, and what is asked of them. */
export interface Describing {
  readonly session: ImapSession;
  readonly folder: string;
  readonly role: FolderRole | undefined;
  readonly query: MessagesQuery;
  readonly signal: AbortSignal | undefined;
}

/** Messages without their bodies. */
export interface Description {
  /** How many messages it tells of, those included that are gone. */
  readonly count: number;
  readonly heads: readonly MessageHead[];
  /** There by the server's own word, and yet not given. */
  readonly missing: readonly number[];
}

/** So many are handed over together while others come. */
const HANDED_AT_ONCE = 25;

/** Everything of messages but their bodies, once all of it is there. */
export async function describeMessages(where: Describing, uids: readonly number[]): Promise<Description> {
  const { session, query, signal } = where;
  const { rows, unfetchable } = await fetchHeads(session, uids, query, { signal });
  return { count: uids.length, heads: toHeads(where, uids, rows), missing: unfetchable };
}

/**
 * The same piece by piece, in the order of the UIDs: of what lacks nothing the end of the answer is not waited for, so
 * that what has been handed over need not be in memory any more when the last has come. What is doubtful, missing
 * or out of its order comes with the last piece.
 */
export async function describeAsTheyCome(
  where: Describing,
  uids: readonly number[],
  hand: (description: Description) => void,
): Promise<void> {
  const { session, query, signal } = where;
  const early = new Map<number, HeadRow>();
  let [handed, next] = [0, 0];
  const whole = (uid: number, row: HeadRow): void => {
    early.set(uid, row);
    while (early.has(uids[next] ?? 0)) next += 1;
    if (next - handed < HANDED_AT_ONCE) return;
    const some = uids.slice(handed, next);
    handed = next;
    hand({ count: some.length, heads: toHeads(where, some, early), missing: [] });
    for (const each of some) early.delete(each);
  };
  const { rows, unfetchable } = await fetchHeads(session, uids, query, { signal, whole });
  const rest = uids.slice(handed);
  const heads = toHeads(where, rest, new Map([...early, ...rows]));
  if (rest.length > 0) hand({ count: rest.length, heads, missing: unfetchable });
}

function toHeads(
  { folder, role, query }: Describing,
  uids: readonly number[],
  rows: ReadonlyMap<number, HeadRow>,
): MessageHead[] {
  return uids.flatMap((uid) => {
    const row = rows.get(uid);
    return row === undefined ? [] : [toMessageHead(uid, row, folder, role, query)];
  });
}
