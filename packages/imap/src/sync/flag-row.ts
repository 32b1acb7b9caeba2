import { eachRow, type FetchRow, readRow } from "../fetch/fetch-rows.js";
import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";
import { bigintOf, listOf, numberOf, textsOf, type WireResponse } from "../wire/wire-node.js";

/** The flags of a message as they are now. */
export interface FlagRow {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly modseq: bigint | undefined;
}

/** Reads a FETCH answer; `undefined` for one that does not tell flags, or of whom. */
export function readFlagRow(response: WireResponse): FlagRow | undefined {
  const row = readRow(response);
  const uid = numberOf(row.get("UID"));
  return uid === undefined || uid === 0 || !row.has("FLAGS") ? undefined : toFlagRow(uid, row);
}

/** Fetches flags, of all in a set or of those that have changed since a MODSEQ; ascending, the last answer of each. */
export async function fetchFlags(
  session: ImapSession,
  set: string,
  changedSince: bigint | undefined,
  signal: AbortSignal | undefined,
): Promise<FlagRow[]> {
  const rows = new Map<number, FlagRow>();
  const items = [atom("UID"), atom("FLAGS"), ...(changedSince === undefined ? [] : [atom("MODSEQ")])];
  await eachRow(session, set, items, { signal, changedSince }, (uid, row) => {
    if (row.has("FLAGS")) rows.set(uid, toFlagRow(uid, row));
  });
  return [...rows.values()].sort((a, b) => a.uid - b.uid);
}

function toFlagRow(uid: number, row: FetchRow): FlagRow {
  const flags = textsOf(row.get("FLAGS")).filter((flag) => flag.toLowerCase() !== "\\recent");
  return { uid, flags, modseq: bigintOf(listOf(row.get("MODSEQ"))[0]) };
}
