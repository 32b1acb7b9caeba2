/** A share of wall-clock time that loops over hostile input ask now and then whether it is used up. */
export class TimeBudget {
  readonly #endsAt: number;
  #countdown = 256;
  #spent = false;

  constructor(budgetMs: number) {
    this.#endsAt = performance.now() + budgetMs;
  }

  /** Cheap enough for every turn of a loop: the clock is read once in 256 calls. */
  isSpent(): boolean {
    if (--this.#countdown > 0) return this.#spent;
    this.#countdown = 256;
    this.#spent = performance.now() > this.#endsAt;
    return this.#spent;
  }
}
