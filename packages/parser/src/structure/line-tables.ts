const HASH_BITS = 12;

/** Small whole numbers, 32 of them in each entry. A message needs a few for a moment: lists are made in less time than typed arrays. */
type BitSet = number[];

/** Which bytes boundaries start with, and which hashes lines of theirs have. */
export interface LineTables {
  /** Odd, and never the same: nobody can write lines that all look like a boundary to the hash. */
  readonly multiplier: number;
  readonly firstBytes: BitSet;
  /** By {@link slotOf}. */
  readonly hashes: BitSet;
}

/** The tables of some boundaries. A hash begins with 0; each byte is put in by `xor`, and multiplied with. */
export function toLineTables(boundaries: readonly string[]): LineTables {
  const multiplier = Math.floor(Math.random() * 2 ** 31) * 2 + 1;
  const tables = { multiplier, firstBytes: createSet(256), hashes: createSet(1 << HASH_BITS) };
  for (const boundary of boundaries) {
    put(tables.firstBytes, boundary.charCodeAt(0));
    for (const line of [boundary, `${boundary}--`]) {
      let hash = 0;
      for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), multiplier);
      put(tables.hashes, slotOf(hash));
    }
  }
  return tables;
}

/** Where a hash stands in the table: its high bits, which depend on all bytes. */
export function slotOf(hash: number): number {
  return hash >>> (32 - HASH_BITS);
}

/** Whether a table holds a number. */
export function isIn(set: BitSet, value: number): boolean {
  return (((set[value >> 5] ?? 0) >> (value & 31)) & 1) === 1;
}

function put(set: BitSet, value: number): void {
  set[value >> 5] = (set[value >> 5] ?? 0) | (1 << (value & 31));
}

function createSet(size: number): BitSet {
  return new Array<number>(size >> 5).fill(0);
}
