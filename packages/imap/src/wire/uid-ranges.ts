import { parseUidRanges } from "./uid-set.js";

/** A set of UIDs as ranges: a million dense ones are one pair of numbers. Never changes; all operations are linear in ranges. */
export class UidRanges {
  static readonly EMPTY: UidRanges = new UidRanges([]);

  /** First and last of each range by turns, ascending, with gaps between them. */
  readonly #bounds: readonly number[];

  private constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  /** UIDs in any order. */
  static of(uids: Iterable<number>): UidRanges {
    const sorted = [...uids].sort((a, b) => a - b);
    const bounds: number[] = [];
    for (const uid of sorted) append(bounds, uid, uid);
    return new UidRanges(bounds);
  }

  /** All from the first to the last; none when that is lower. */
  static between(first: number, last: number): UidRanges {
    return last < first ? UidRanges.EMPTY : new UidRanges([first, last]);
  }

  /** Reads a set such as `1:3,7`; what is no range of UIDs in it is passed over. */
  static parse(set: string): UidRanges {
    return UidRanges.fromPairs(parseUidRanges(set));
  }

  /** Ranges in ascending order, which may overlap. */
  static fromPairs(pairs: Iterable<readonly [first: number, last: number]>): UidRanges {
    const bounds: number[] = [];
    for (const [first, last] of pairs) append(bounds, first, last);
    return new UidRanges(bounds);
  }

  get isEmpty(): boolean {
    return this.#bounds.length === 0;
  }

  /** How many UIDs. */
  get count(): number {
    let count = 0;
    for (const [first, last] of this.pairs()) count += last - first + 1;
    return count;
  }

  /** How many ranges, which is what they take in memory. */
  get rangeCount(): number {
    return this.#bounds.length / 2;
  }

  get first(): number | undefined {
    return this.#bounds[0];
  }

  get last(): number | undefined {
    return this.#bounds.at(-1);
  }

  /** The ranges, ascending. */
  *pairs(): Generator<readonly [first: number, last: number], void, undefined> {
    const bounds = this.#bounds;
    for (let at = 0; at < bounds.length; at += 2) yield [bounds[at] ?? 0, bounds[at + 1] ?? 0];
  }

  /** The UIDs one by one. */
  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (const [first, last] of this.pairs()) for (let uid = first; uid <= last; uid++) yield uid;
  }

  has(uid: number): boolean {
    const bounds = this.#bounds;
    let [low, high] = [0, bounds.length / 2];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((bounds[2 * middle + 1] ?? 0) < uid) low = middle + 1;
      else high = middle;
    }
    return (bounds[2 * low] ?? Number.POSITIVE_INFINITY) <= uid;
  }

  union(other: UidRanges): UidRanges {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const bounds: number[] = [];
    const [a, b] = [this.#bounds, other.#bounds];
    for (let i = 0, j = 0; i < a.length || j < b.length; ) {
      const isFirst = (a[i] ?? Number.POSITIVE_INFINITY) <= (b[j] ?? Number.POSITIVE_INFINITY);
      if (isFirst) append(bounds, a[i] ?? 0, a[i + 1] ?? 0);
      else append(bounds, b[j] ?? 0, b[j + 1] ?? 0);
      if (isFirst) i += 2;
      else j += 2;
    }
    return new UidRanges(bounds);
  }

  minus(other: UidRanges): UidRanges {
    if (this.isEmpty || other.isEmpty) return this;
    const bounds: number[] = [];
    const cuts = other.#bounds;
    let at = 0;
    for (const [first, last] of this.pairs()) {
      let start = first;
      while (at < cuts.length && (cuts[at + 1] ?? 0) < start) at += 2;
      for (let cut = at; cut < cuts.length && (cuts[cut] ?? 0) <= last && start <= last; cut += 2) {
        if ((cuts[cut] ?? 0) > start) bounds.push(start, (cuts[cut] ?? 0) - 1);
        start = (cuts[cut + 1] ?? 0) + 1;
      }
      if (start <= last) bounds.push(start, last);
    }
    return new UidRanges(bounds);
  }

  intersect(other: UidRanges): UidRanges {
    const bounds: number[] = [];
    const [a, b] = [this.#bounds, other.#bounds];
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const [lastA, lastB] = [a[i + 1] ?? 0, b[j + 1] ?? 0];
      const first = Math.max(a[i] ?? 0, b[j] ?? 0);
      const last = Math.min(lastA, lastB);
      if (first <= last) bounds.push(first, last);
      if (lastA < lastB) i += 2;
      else j += 2;
    }
    return new UidRanges(bounds);
  }

  /** The lowest so many, or with `"newest"` the highest. */
  take(count: number, from: "oldest" | "newest" = "oldest"): UidRanges {
    const pairs = [...this.pairs()];
    if (from === "newest") pairs.reverse();
    const taken: (readonly [number, number])[] = [];
    let left = count;
    for (const [first, last] of pairs) {
      if (left <= 0) break;
      const most = Math.min(left, last - first + 1);
      taken.push(from === "newest" ? [last - most + 1, last] : [first, first + most - 1]);
      left -= most;
    }
    if (from === "newest") taken.reverse();
    return new UidRanges(taken.flat());
  }

  /** As an IMAP set: `1:3,7`; empty for none. */
  toString(): string {
    const ranges: string[] = [];
    for (const [first, last] of this.pairs()) ranges.push(first === last ? `${first}` : `${first}:${last}`);
    return ranges.join(",");
  }
}

/** Adds a range that begins at or behind the one before. */
function append(bounds: number[], first: number, last: number): void {
  const end = bounds.at(-1);
  if (end === undefined || first > end + 1) bounds.push(first, last);
  else if (last > end) bounds[bounds.length - 1] = last;
}
