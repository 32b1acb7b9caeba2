const HASH_BITS = 12;
const SHIFT = 32 - HASH_BITS;
/** More marks than this do not fit into a byte. */
const MAX_MARK = 255;

/** Which bytes boundaries start with, and which hashes lines of theirs have: the mark where there is one. */
export interface LineTables {
  /** Odd, and never the same: nobody can write lines that all look like a boundary to the hash. */
  readonly multiplier: number;
  /** What stands in the tables for these boundaries; anything else was left behind by others. */
  readonly mark: number;
  readonly firstBytes: Uint8Array;
  /** By the high bits of a hash, which depend on all bytes. */
  readonly hashes: Uint8Array;
  /** How far down the high bits are. */
  readonly shift: number;
}

// Made once, and used by one search after the other: to make them takes longer than to parse a small message.
const firstBytes = new Uint8Array(256);
const hashes = new Uint8Array(1 << HASH_BITS);
let latest: LineTables | undefined;

/**
 * The tables of some boundaries: `known`, when they were made for these and nobody made others since, else new ones,
 * which end all others. A hash begins with 0; each byte is put in by `xor`, and multiplied with.
 */
export function toLineTables(boundaries: readonly string[], known: LineTables | undefined): LineTables {
  if (known !== undefined && known === latest) return known;
  const multiplier = Math.floor(Math.random() * 2 ** 31) * 2 + 1;
  const mark = nextMark();
  for (const boundary of boundaries) {
    firstBytes[boundary.charCodeAt(0)] = mark;
    for (const line of [boundary, `${boundary}--`]) {
      let hash = 0;
      for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), multiplier);
      hashes[hash >>> SHIFT] = mark;
    }
  }
  latest = { multiplier, mark, firstBytes, hashes, shift: SHIFT };
  return latest;
}

function nextMark(): number {
  const mark = (latest?.mark ?? 0) + 1;
  if (mark <= MAX_MARK) return mark;
  firstBytes.fill(0);
  hashes.fill(0);
  return 1;
}
