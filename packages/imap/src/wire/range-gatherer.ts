import { tooMuch } from "./too-much.js";
import { UidRanges } from "./uid-ranges.js";
import type { UidRange } from "./uid-set.js";

/** More than any mailbox comes to. */
const MAX_RANGES = 1_000_000;
/** So many are held one by one before they are merged with the others: each of those is moved twenty times at most. */
const PORTION = 50_000;

/**
 * UIDs and ranges of them as a server names them over many answers, in any order: in time that grows with their number
 * alone, and in memory that has an end. Throws `"limit"` for more ranges than a mailbox can come to.
 */
export class RangeGatherer {
  #merged = UidRanges.EMPTY;
  #portion: UidRange[] = [];

  add(ranges: Iterable<UidRange>): void {
    for (const range of ranges) {
      this.#portion.push(range);
      if (this.#portion.length >= PORTION) this.#merge();
    }
  }

  addUid(uid: number): void {
    this.add([[uid, uid]]);
  }

  /** All that has come. */
  get ranges(): UidRanges {
    this.#merge();
    return this.#merged;
  }

  #merge(): void {
    if (this.#portion.length === 0) return;
    const portion = this.#portion.sort(([a], [b]) => a - b);
    this.#portion = [];
    this.#merged = this.#merged.union(UidRanges.fromPairs(portion));
    if (this.#merged.rangeCount > MAX_RANGES) throw tooMuch(`more than ${MAX_RANGES} ranges of messages`);
  }
}
