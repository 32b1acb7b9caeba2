/** Lets through only so many as it is told to; all others wait in front of it. */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #left = 0;

  /** Waits for its turn. */
  async pass(): Promise<void> {
    if (this.#left > 0) this.#left -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Lets so many through, be they here already or not; as many as come with `Infinity`. */
  let(count: number): void {
    this.#left += count;
    while (this.#left > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#left -= 1;
      next();
    }
  }

  /** Lets nobody through any more; those who wait are sent away first. */
  close(): void {
    this.let(Number.POSITIVE_INFINITY);
    this.#left = 0;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }
}
