import { MailError } from "@mailwright/core";

const MAX_UID = 0xffff_ffff;
/** More than any mailbox has, and few enough to be held: what a server says of its own size proves nothing. */
const MAX_EXPANDED = 4_000_000;

/** Checks and sorts UIDs, each once; throws `"invalid-argument"` for what is no UID. */
export function toUids(uids: number | Iterable<number>): number[] {
  const isList = typeof uids === "object" && uids !== null && Symbol.iterator in uids;
  const list = isList ? [...uids] : [uids];
  for (const uid of list) {
    if (!Number.isInteger(uid) || uid < 1 || uid > MAX_UID) {
      throw new MailError(`${uid} is not a UID`, { code: "invalid-argument", protocol: "imap" });
    }
  }
  return [...new Set(list)].sort((a, b) => a - b);
}

/** Ascending UIDs as an IMAP set: `1:3,7`. */
export function formatUidSet(uids: readonly number[]): string {
  const ranges: string[] = [];
  for (let start = 0; start < uids.length; ) {
    let end = start;
    while (end + 1 < uids.length && uids[end + 1] === (uids[end] ?? 0) + 1) end += 1;
    ranges.push(start === end ? `${uids[start]}` : `${uids[start]}:${uids[end]}`);
    start = end + 1;
  }
  return ranges.join(",");
}

/** Cuts ascending UIDs into sets of at most this many characters: servers limit the length of a command. */
export function splitUidSets(
  uids: readonly number[],
  maxLength = 4_000,
): { readonly uids: readonly number[]; readonly set: string }[] {
  const parts: { readonly uids: readonly number[]; readonly set: string }[] = [];
  let start = 0;
  while (start < uids.length) {
    let set = "";
    let end = start;
    while (end < uids.length) {
      let last = end;
      while (last + 1 < uids.length && uids[last + 1] === (uids[last] ?? 0) + 1) last += 1;
      const range = last === end ? `${uids[end]}` : `${uids[end]}:${uids[last]}`;
      const longer = set === "" ? range : `${set},${range}`;
      if (set !== "" && longer.length > maxLength) break;
      set = longer;
      end = last + 1;
    }
    parts.push({ uids: uids.slice(start, end), set });
    start = end;
  }
  return parts;
}

/** UIDs from the first to the last, both included. */
export type UidRange = readonly [first: number, last: number];

/** A set that a server sent, as ranges in ascending order; never spelled out, since `1:4294967295` is short. */
export function parseUidRanges(set: string): UidRange[] {
  const ranges: UidRange[] = [];
  for (const part of set.split(",")) {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(part.trim());
    const first = Number(match?.[1] ?? 0);
    const last = Number(match?.[2] ?? first);
    if (first < 1 || last < 1 || first > MAX_UID || last > MAX_UID) continue;
    ranges.push(first <= last ? [first, last] : [last, first]);
  }
  return ranges.sort((a, b) => a[0] - b[0]);
}

/** How many UIDs ranges hold that do not overlap. */
export function countUids(ranges: readonly UidRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** A server's set spelled out, in the server's order; throws `"limit"` when it would be more than `most`. */
export function expandUidSet(set: string, atMost: number): number[] {
  const most = Math.min(atMost, MAX_EXPANDED);
  const uids: number[] = [];
  for (const part of set.split(",")) {
    const [range] = parseUidRanges(part);
    if (range === undefined) continue;
    const [first, last] = range;
    if (uids.length + (last - first) + 1 > most) {
      throw new MailError(`The server named more than ${most} messages`, {
        code: "limit",
        protocol: "imap",
        connectionBroken: true,
      });
    }
    for (let uid = first; uid <= last; uid++) uids.push(uid);
  }
  return uids;
}
