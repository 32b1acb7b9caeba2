import { atMost } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import { resyncHandlers } from "../session/resync.js";
import type { CommandOptions } from "../session/run-command.js";
import { tooMuch } from "../wire/too-much.js";
import type { UidRange } from "../wire/uid-set.js";
import { formatModSeq, type ModSeq } from "../wire/values.js";
import { atom, numberSet, type WireArgument } from "../wire/wire-argument.js";
import {
  isList,
  keywordOf,
  listOf,
  numberOf,
  textOf,
  type WireNode,
  type WireResponse,
} from "../wire/wire-node.js";

/** What one message's FETCH answers held: `FLAGS`, `BODY[1.2]`, … */
export type FetchRow = Map<string, WireNode>;

/** How to fetch. */
export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Octets of literals that may come; a command that brings more fails with `"limit"`. */
  readonly maxBytes?: number | undefined;
  /** Fetches by sequence number, right after SELECT, instead of by UID. @defaultValue false */
  readonly bySequence?: boolean | undefined;
  /** Only these UIDs are taken; a server may send rows that nobody asked for. @defaultValue any */
  readonly wanted?: ReadonlySet<number> | undefined;
  /** May take the octets of a literal as they come; its row has none of them then, and the command goes alone. */
  readonly literal?: CommandOptions["literal"];
  /** Only messages that have changed since, which is for servers with CONDSTORE (RFC 7162 §3.1.4.1). */
  readonly changedSince?: ModSeq | undefined;
  /** Hears which of the set are gone since then; where QRESYNC is switched on (RFC 7162 §3.2.6). */
  readonly vanished?: ((ranges: readonly UidRange[]) => void) | undefined;
}

/** So many rows that nobody named can be held, whatever a server says of its mailbox. */
const MAX_ROWS = 100_000;
/** More than anything is asked for of one message. */
const MAX_ITEMS = 200;

/** Runs one (UID) FETCH; rows by UID. Several answers for one message are merged. */
export async function fetchRows(
  session: ImapSession,
  set: string,
  items: readonly WireArgument[],
  options: FetchOptions = {},
): Promise<Map<number, FetchRow>> {
  const rows = new Map<number, FetchRow>();
  const countMessage = atMost(Math.max(MAX_ROWS, options.wanted?.size ?? 0), "messages");
  await eachRow(session, set, items, options, (uid, row) => {
    const known = rows.get(uid);
    if (known === undefined) {
      countMessage();
      rows.set(uid, row);
      return;
    }
    for (const [name, value] of row) known.set(name, value);
    if (known.size > MAX_ITEMS) throw tooMuch(`more than ${MAX_ITEMS} items of one message`);
  });
  return rows;
}

/**
 * Runs one (UID) FETCH and hands every answer over as it comes, so that no more of it is kept than is
 * taken from it. A server may answer several times for one message, each time with some of the items.
 */
export async function eachRow(
  session: ImapSession,
  set: string,
  items: readonly WireArgument[],
  options: FetchOptions,
  take: (uid: number, row: FetchRow) => void,
): Promise<void> {
  const { signal, timeoutMs, maxBytes, wanted, vanished, literal } = options;
  const fetched = (response: WireResponse): boolean => {
    const row = readRow(response);
    const uid = numberOf(row.get("UID"));
    if (uid === undefined || uid === 0 || wanted?.has(uid) === false) return false;
    take(uid, row);
    return true;
  };
  const { bySequence = false } = options;
  const mayOverlap = !bySequence && wanted !== undefined && literal === undefined;
  await session.command(bySequence ? "FETCH" : "UID FETCH", [numberSet(set), items, ...modifiers(options)], {
    signal,
    timeoutMs,
    maxBytes,
    phase: "fetch",
    literal,
    overlap: mayOverlap ? "fetch" : undefined,
    untagged: vanished === undefined ? { FETCH: fetched } : resyncHandlers({ fetched, vanished }),
  });
}

function modifiers({ changedSince, vanished }: FetchOptions): WireArgument[] {
  if (changedSince === undefined) return [];
  const since = atom(formatModSeq(changedSince, "changedSince"));
  return [[atom("CHANGEDSINCE"), since, ...(vanished === undefined ? [] : [atom("VANISHED")])]];
}

/** `BODY.PEEK[…]`, with a window when one is given. */
export function bodyItem(
  section: readonly WireArgument[],
  window?: { readonly offset: number; readonly length: number },
): WireArgument {
  const partial = window === undefined ? undefined : [window.offset, window.length];
  return { type: "ATOM", value: "BODY.PEEK", section, partial };
}

/**
 * Reads the items of a FETCH answer; names in capitals, a body section with its origin where it has one:
 * `BODY[1]<0>`. QUIRK: Yandex leaves out the value of an empty section at the end (`BODY[2] )`).
 */
export function readRow(response: WireResponse): FetchRow {
  const row: FetchRow = new Map();
  const items = listOf(response.attributes?.[1]);
  for (let index = 0; index < items.length; index += 2) {
    const name = itemName(items[index]);
    if (name !== undefined) row.set(name, items[index + 1] ?? null);
  }
  return row;
}

/** The name of an item, as the rows have it. */
export function itemName(node: WireNode | undefined): string | undefined {
  const keyword = keywordOf(node);
  if (keyword === undefined || node === null || node === undefined || isList(node)) return undefined;
  if (node.section === undefined) return keyword;
  const first = textOf(node.section[0])?.toUpperCase() ?? "";
  const origin = node.partial === undefined ? "" : `<${node.partial[0]}>`;
  return `${keyword}[${first}]${origin}`;
}
