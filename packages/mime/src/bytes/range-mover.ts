import type { ByteFinder } from "./byte-finder.js";

/** A call into native code costs more than so many bytes do here. */
const NEAR_BYTES = 16;

/**
 * Takes bytes out of a body, or puts others in their place: works in a copy, in which what is kept moves towards the
 * start.
 */
export class RangeMover {
  readonly #finder: ByteFinder;
  readonly #target: Buffer;
  #length = 0;

  constructor(bytes: Buffer, finder: ByteFinder) {
    this.#finder = finder;
    this.#target = Buffer.allocUnsafe(bytes.length);
    this.#target.set(bytes);
  }

  /** What was kept and added. */
  get kept(): Buffer {
    return this.#target.subarray(0, this.#length);
  }

  add(byte: number): void {
    this.#target[this.#length++] = byte;
  }

  /** Keeps what stands from `from` on up to the next such character or the end, and answers where that is. */
  keepUpTo(character: string, from: number): number {
    const to = this.#finder.find(character, from);
    const [target, start] = [this.#target, this.#length];
    if (to - from > NEAR_BYTES) target.copyWithin(start, from, to);
    else for (let at = from; at < to; at++) target[start + at - from] = target[at] ?? 0;
    this.#length = start + to - from;
    return to;
  }
}
