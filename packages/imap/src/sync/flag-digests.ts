import { UidRanges } from "../wire/uid-ranges.js";

/** More blocks than this make the cursor too large: blocks then become twice as wide. */
const MAX_BLOCKS = 4_096;
const BITS = 0x3fff_ffff;
const DIGITS = 6;
const MAX_SHIFT = 32;

/** The form in a cursor: which blocks there are, and six digits for each. */
export interface FlagDigestsJson {
  readonly shift: number;
  readonly blocks: string;
  readonly digests: string;
}

/**
 * What the flags of known messages were, for servers that do not count changes: one digest for each block of UIDs, a
 * single one in small mailboxes. A digest is a sum, so that messages can be added to it and blocks can be joined.
 */
export class FlagDigests {
  #shift: number;
  readonly #sums: Map<number, number>;

  constructor(shift = 0, sums: Iterable<readonly [number, number]> = []) {
    this.#shift = shift;
    this.#sums = new Map(sums);
  }

  /** Empty ones, wide enough for so many messages. */
  static forMessages(count: number): FlagDigests {
    return new FlagDigests(Math.max(0, Math.ceil(Math.log2(count / MAX_BLOCKS))));
  }

  /** Reads {@link toJson}; `undefined` for what is none. */
  static fromJson({ shift, blocks, digests }: FlagDigestsJson): FlagDigests | undefined {
    if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT) return undefined;
    const sums: [number, number][] = [];
    if (digests.length > MAX_BLOCKS * 2 * DIGITS) return undefined;
    for (const name of UidRanges.parse(blocks)) {
      const sum = Number.parseInt(digests.slice(sums.length * DIGITS, (sums.length + 1) * DIGITS), 36);
      if (Number.isNaN(sum)) return undefined;
      sums.push([name - 1, sum]);
    }
    return new FlagDigests(shift, sums);
  }

  /** Changes when blocks are joined: digests of another width mean nothing then. */
  get shift(): number {
    return this.#shift;
  }

  blockOf(uid: number): number {
    return Math.floor(uid / 2 ** this.#shift);
  }

  /** The last UID of the block that a UID is in. */
  endOf(uid: number): number {
    return (this.blockOf(uid) + 1) * 2 ** this.#shift - 1;
  }

  get(block: number): number | undefined {
    return this.#sums.get(block);
  }

  /** Takes in a message that was not known before. */
  add(uid: number, flags: Iterable<string>): void {
    const block = this.blockOf(uid);
    this.#sums.set(block, addDigest(this.#sums.get(block) ?? 0, uid, flags));
    while (this.#sums.size > MAX_BLOCKS) this.#join();
  }

  /** Puts what a look at all messages of some blocks gave. */
  set(shift: number, sums: ReadonlyMap<number, number>): void {
    if (shift !== this.#shift) return;
    for (const [block, sum] of sums) this.#sums.set(block, sum);
    while (this.#sums.size > MAX_BLOCKS) this.#join();
  }

  /** Forgets blocks in which nothing is known any more. */
  prune(known: UidRanges): void {
    const width = 2 ** this.#shift;
    for (const block of [...this.#sums.keys()]) {
      const range = UidRanges.between(block * width, (block + 1) * width - 1);
      if (range.intersect(known).isEmpty) this.#sums.delete(block);
    }
  }

  copy(): FlagDigests {
    return new FlagDigests(this.#shift, this.#sums);
  }

  toJson(): FlagDigestsJson {
    const sorted = [...this.#sums].sort(([a], [b]) => a - b);
    const digests = sorted.map(([, sum]) => sum.toString(36).padStart(DIGITS, "0")).join("");
    const blocks = UidRanges.of(sorted.map(([block]) => block + 1)).toString();
    return { shift: this.#shift, blocks, digests };
  }

  #join(): void {
    const joined = new Map<number, number>();
    for (const [block, sum] of this.#sums) {
      const half = block >>> 1;
      joined.set(half, ((joined.get(half) ?? 0) + sum) & BITS);
    }
    this.#shift += 1;
    this.#sums.clear();
    for (const [block, sum] of joined) this.#sums.set(block, sum);
  }
}

/** Adds one message with its flags to the digest of a block; the order of flags and of messages does not matter. */
export function addDigest(sum: number, uid: number, flags: Iterable<string>): number {
  const names = [...flags].map((flag) => flag.toLowerCase()).filter((flag) => flag !== "\\recent");
  const text = `${uid} ${names.sort().join(" ")}`;
  // FNV-1a, and then mixed so that sums of similar texts are not similar.
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (sum + ((hash ^ (hash >>> 16)) & BITS)) & BITS;
}
