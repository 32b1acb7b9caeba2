import { parseUidRanges, type UidRange } from "../uid-set.js";
import { isList, keywordOf, textOf, type WireResponse } from "../wire-node.js";

/** What a VANISHED response tells (RFC 7162 §3.2.10). */
export interface Vanished {
  /** In answer to what a client had missed: EXISTS does not count these messages any more. */
  readonly isEarlier: boolean;
  /** Ascending, and never spelled out: a server may name ranges that hold few messages. */
  readonly ranges: readonly UidRange[];
}

/** Reads a VANISHED response. QUIRK: iCloud leaves a comma at the end, and others name an open range (`12:*`). */
export function parseVanished({ attributes = [] }: WireResponse): Vanished {
  const [first] = attributes;
  const isEarlier = isList(first) && first.some((node) => keywordOf(node) === "EARLIER");
  const words = attributes.flatMap((node) => textOf(node) ?? []);
  return { isEarlier, ranges: parseUidRanges(words.join(",").replaceAll("*", String(LAST_UID))) };
}

const LAST_UID = 0xffff_ffff;
