/** After so many looks a pass reads from the database anew how far all folders are read. */
const LOOKS = 15;
/** By so much of it a pause is shorter or longer at most. */
const JITTER = 0.2;

/**
 * When an account is looked at, and when there is a pass. A process takes hundreds of accounts within a second, and all of them passing
 * together would wait for its few connections to the database: the first pass comes after any number of looks, and pauses differ.
 */
export class PassRhythm {
  readonly #random: () => number;
  #isFirst = true;

  /** `random` is as `Math.random`. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** How many looks there are until the next pass. */
  nextLooks(): number {
    const looks = this.#isFirst ? 1 + Math.floor(this.#random() * LOOKS) : LOOKS;
    this.#isFirst = false;
    return looks;
  }

  /** How long to wait for the next look, in ms; `pollMs` on average. */
  pauseMs(pollMs: number): number {
    return pollMs * (1 - JITTER + 2 * JITTER * this.#random());
  }
}
