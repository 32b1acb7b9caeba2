import { parseVanished } from "../wire/answers/vanished.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { parseNumber, type WireResponse } from "../wire/wire-node.js";

const MAX_CHANGED = 5_000;

/** Keeps count of what a server tells unasked, whatever the amount, until somebody looks. */
export class FolderChanges {
  #exists: number;
  #removed = 0;
  #flagged = new Set<number>();
  #hasOverflowed = false;
  #hasGrown = false;

  constructor(exists: number) {
    this.#exists = exists;
  }

  get exists(): number {
    return this.#exists;
  }

  /** To be told after the mailbox was opened again. */
  set exists(count: number) {
    this.#exists = count;
  }

  get isEmpty(): boolean {
    return !this.#hasGrown && this.#removed === 0 && this.#flagged.size === 0 && !this.#hasOverflowed;
  }

  /** Takes an untagged EXISTS, EXPUNGE, VANISHED or FETCH. */
  take(name: string, response: WireResponse): void {
    const number = parseNumber(response.command);
    if (name === "EXISTS" && number !== undefined) {
      this.#hasGrown ||= number > this.#exists;
      // QUIRK: a server may count down in place of EXPUNGE.
      this.#lose(this.#exists - number);
      this.#exists = number;
    } else if (name === "VANISHED") this.#vanish(response);
    else if (name === "EXPUNGE" && number !== undefined && number > 0) this.#expunge(number);
    else if (name === "FETCH" && number !== undefined && number > 0) this.#flag(number);
  }

  /** What came together since the last call. Flag changes are named by sequence number. */
  drain(): {
    readonly hasGrown: boolean;
    readonly removed: number;
    readonly flagged: number[];
    readonly hasOverflowed: boolean;
  } {
    const drained = {
      hasGrown: this.#hasGrown,
      removed: this.#removed,
      flagged: [...this.#flagged].sort((a, b) => a - b),
      hasOverflowed: this.#hasOverflowed,
    };
    this.#hasGrown = false;
    this.#removed = 0;
    this.#flagged = new Set();
    this.#hasOverflowed = false;
    return drained;
  }

  /** By UID, as servers tell removals from when QRESYNC was switched on; which numbers they had is not known. */
  #vanish(response: WireResponse): void {
    const { isEarlier, ranges } = parseVanished(response);
    const count = isEarlier ? 0 : Math.min(this.#exists, UidRanges.fromPairs(ranges).count);
    this.#exists -= count;
    this.#lose(count);
  }

  /** Numbers have moved in a way that nobody knows. */
  #lose(count: number): void {
    if (count <= 0) return;
    this.#removed += count;
    if (this.#flagged.size > 0) this.#hasOverflowed = true;
    this.#flagged.clear();
  }

  #flag(sequence: number): void {
    if (this.#flagged.size < MAX_CHANGED) this.#flagged.add(sequence);
    else this.#hasOverflowed = true;
  }

  #expunge(sequence: number): void {
    if (sequence > this.#exists) return;
    this.#exists -= 1;
    this.#removed += 1;
    if (this.#flagged.size === 0) return;
    if (this.#removed > MAX_CHANGED) {
      this.#hasOverflowed = true;
      this.#flagged.clear();
      return;
    }
    const shifted = new Set<number>();
    for (const other of this.#flagged)
      if (other !== sequence) shifted.add(other > sequence ? other - 1 : other);
    this.#flagged = shifted;
  }
}
