import type { MailError } from "@mailwright/core";
import { withExtras } from "../session/announced-extras.js";
import type { ImapSession } from "../session/imap-session.js";
import { ENVELOPE_FIELDS } from "../wire/answers/envelope.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf } from "../wire/wire-node.js";
import { eachMessage } from "./each-message.js";
import { searchUids } from "./existing-uids.js";
import { bodyItem } from "./fetch-rows.js";
import { createHeadRow, type HeadRow, readHeadRow, takeHeader } from "./head-row.js";
import type { MessagesQuery } from "./imap-message.js";
import { headItems } from "./message-items.js";
import { findGone, isStandInHead } from "./missing-messages.js";

/** What came of asking for messages. */
export interface FetchedHeads {
  readonly rows: ReadonlyMap<number, HeadRow>;
  /** There by the server's own word, and yet not given; what is in neither is gone. */
  readonly unfetchable: readonly number[];
}

/** How to fetch. */
export interface FetchHeadsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Takes, as they come, those that lack nothing of what was asked for; {@link FetchedHeads} does not hold them then. */
  readonly whole?: ((uid: number, row: HeadRow) => void) | undefined;
}

/**
 * Fetches everything but bodies.
 *
 * QUIRK: some servers answer OK and leave messages out (Exchange), or describe one in a way that no parser
 * takes. The messages that are missing and still there are asked for again, at last without the structure and the envelope,
 * which the header has.
 */
export async function fetchHeads(
  session: ImapSession,
  uids: readonly number[],
  query: MessagesQuery,
  { signal, whole }: FetchHeadsOptions = {},
): Promise<FetchedHeads> {
  const rows = new Map<number, HeadRow>();
  const taken = new Set<number>();
  const take = (uid: number, row: HeadRow): void => {
    taken.add(uid);
    whole?.(uid, row);
  };
  let unfetchable = uids;
  let refusal: MailError | undefined;
  for (const withStructure of [true, true, false]) {
    const into = { rows, taken, take: whole === undefined ? undefined : take };
    const refused = await fetchInto(into, session, unfetchable, query, withStructure, signal);
    refusal ??= [...refused.values()][0];
    const missing = unfetchable.filter((uid) => !taken.has(uid) && !isAnswer(rows.get(uid)));
    unfetchable = missing.length === 0 ? [] : await searchUids(session, missing, signal);
    if (unfetchable.length === 0) break;
  }
  // Of a message that is gone, too, its last flags may have come: Cyrus tells them before it tells the removal.
  for (const [uid, row] of rows) if (!isAnswer(row)) rows.delete(uid);
  await mendEnvelopes(rows, session, signal);
  const suspects = [...rows].flatMap(([uid, row]) => (isStandInHead(row) ? [uid] : []));
  for (const uid of await findGone(session, suspects, signal)) rows.delete(uid);
  // Where nothing at all is given, the server's own words say more than a list of messages.
  if (refusal !== undefined && unfetchable.length === uids.length) throw refusal;
  return { rows, unfetchable };
}

/** Reads from the header what the server did not give as the envelope, or gave in a shape that cannot be right. */
async function mendEnvelopes(
  rows: ReadonlyMap<number, HeadRow>,
  session: ImapSession,
  signal: AbortSignal | undefined,
): Promise<void> {
  const doubtful = [...rows].flatMap(([uid, row]) =>
    row.envelope === undefined || row.isDoubtful === true ? [uid] : [],
  );
  if (doubtful.length === 0) return;
  const items = [atom("UID"), bodyItem([atom("HEADER.FIELDS"), ENVELOPE_FIELDS.map(atom)])];
  const options = { signal, wanted: new Set(doubtful) };
  await eachMessage(session, doubtful, items, options, (uid, row) => {
    const header = bytesOf(row.get("BODY[HEADER.FIELDS]"));
    const known = rows.get(uid);
    if (header !== undefined && known !== undefined) takeHeader(header, known);
  });
}

/** Nothing that may be asked once more is open. */
function isWhole(row: HeadRow): boolean {
  return row.isDoubtful === false && row.parts !== undefined && !isStandInHead(row);
}

/** Flags alone are what a server also tells unasked. */
function isAnswer(row: HeadRow | undefined): boolean {
  return row?.envelope !== undefined || row?.sizeBytes !== undefined;
}

/** Where rows go. */
interface Gathered {
  readonly rows: Map<number, HeadRow>;
  readonly taken: ReadonlySet<number>;
  readonly take: ((uid: number, row: HeadRow) => void) | undefined;
}

async function fetchInto(
  { rows, taken, take }: Gathered,
  session: ImapSession,
  uids: readonly number[],
  query: MessagesQuery,
  withStructure: boolean,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<number, MailError>> {
  const wanted = new Set(uids);
  return withExtras(session, "FETCH", (isFull) => {
    const items = headItems(session, query, { withExtras: isFull, withStructure });
    return eachMessage(session, uids, items, { signal, wanted }, (uid, row) => {
      // What is told of it unasked is for the next time.
      if (taken.has(uid)) return;
      const known = rows.get(uid) ?? createHeadRow();
      readHeadRow(row, known, query.structure);
      if (take === undefined || row.size < items.length || !isWhole(known)) rows.set(uid, known);
      else {
        rows.delete(uid);
        take(uid, known);
      }
    });
  });
}
