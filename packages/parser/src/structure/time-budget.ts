const STEPS = 256;

/** A share of wall-clock time that loops over hostile input ask now and then whether it is used up. */
export class TimeBudget {
  readonly #endsAt: number;
  #countdown = STEPS;
  #spent = false;

  constructor(budgetMs: number) {
    this.#endsAt = performance.now() + budgetMs;
  }

  /** Cheap enough for every turn of a loop: the clock is read once in 256 steps. */
  isSpent(steps = 1): boolean {
    this.#countdown -= steps;
    if (this.#countdown > 0) return this.#spent;
    this.#countdown = STEPS;
    this.#spent = performance.now() > this.#endsAt;
    return this.#spent;
  }
}
