/** First syncs at once in one process: each has a few batches of mail in memory. */
const AT_ONCE = 8;

/**
 * Whose turn it is, where slices of first syncs take turns. Whoever begins comes before all who go on: an account with ten
 * messages does not wait until those of one with a hundred thousand are read.
 */
export class SliceTurns {
  readonly #beginning = new Set<() => void>();
  readonly #goingOn = new Set<() => void>();
  #free: number;

  constructor(atOnce = AT_ONCE) {
    this.#free = atOnce;
  }

  /** Runs a slice when it is its turn. Rejects when the signal is aborted before. */
  async run<T>(isBeginning: boolean, signal: AbortSignal, slice: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(isBeginning ? this.#beginning : this.#goingOn, signal);
    try {
      return await slice();
    } finally {
      this.#pass();
    }
  }

  async #wait(line: Set<() => void>, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        line.delete(go);
        reject(signal.reason);
      };
      const go = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      line.add(go);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** Hands the turn on, or keeps it for the next who comes. */
  #pass(): void {
    for (const line of [this.#beginning, this.#goingOn])
      for (const go of line) {
        line.delete(go);
        go();
        return;
      }
    this.#free += 1;
  }
}
