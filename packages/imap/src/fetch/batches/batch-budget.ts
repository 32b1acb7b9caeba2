/** What a batch is to take at most: whoever waits for the first message, or loses a batch with its connection, loses that. */
const WANTED_MS = 5000;
const FIRST_BYTES = 512 * 1024;
const MIN_BYTES = 64 * 1024;
const GROWTH = 4;

/** How many octets of bodies to ask for at once: few at first, then as many as the line carries in some seconds. */
export class BatchBudget {
  readonly #maxBytes: number;
  #bytes: number;

  /** `maxBytes` is never exceeded, however fast the line is. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#bytes = Math.min(FIRST_BYTES, maxBytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Learns from a batch. Only a slow one tells how fast the line is: a small one takes a round trip, whatever is in it. */
  took(bytes: number, ms: number): void {
    if (ms > WANTED_MS) this.#become((bytes / ms) * WANTED_MS);
    else if (ms < WANTED_MS / 2) this.#become(this.#bytes * GROWTH);
  }

  #become(bytes: number): void {
    this.#bytes = Math.min(Math.max(Math.floor(bytes), MIN_BYTES), this.#maxBytes);
  }

  /** The first of these that fit in, and what they weigh; at least one. */
  fill<T>(
    items: readonly T[],
    weigh: (item: T) => number,
  ): { readonly count: number; readonly bytes: number } {
    return fillUpTo(this.#bytes, items, weigh);
  }
}

/** Items one after the other in pieces of at most so many octets, or of one that has more. */
export function splitByWeight<T>(items: readonly T[], weigh: (item: T) => number, most: number): T[][] {
  const pieces: T[][] = [];
  for (let rest = items; rest.length > 0; ) {
    const { count } = fillUpTo(most, rest, weigh);
    pieces.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return pieces;
}

function fillUpTo<T>(
  most: number,
  items: readonly T[],
  weigh: (item: T) => number,
): { readonly count: number; readonly bytes: number } {
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    const weight = weigh(item);
    if (count > 0 && bytes + weight > most) break;
    bytes += weight;
    count += 1;
  }
  return { count, bytes };
}
