/**
 * A token bucket that bounds retries over many calls, after the AWS SDKs' standard mode: when a
 * server is down for everyone, calls fail fast instead of multiplying the load.
 */
export class RetryBudget {
  readonly #capacity: number;
  #tokens: number;

  /** @param capacity - tokens at most and at the start; a retry costs 5, after a timeout 10, a success earns 1 */
  constructor(capacity = 500) {
    this.#capacity = capacity;
    this.#tokens = capacity;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Takes the price of one retry; `false` when the bucket does not hold it. */
  take(afterTimeout: boolean): boolean {
    const price = afterTimeout ? 10 : 5;
    if (this.#tokens < price) return false;
    this.#tokens -= price;
    return true;
  }

  /** Gives back one token for a call that succeeded. */
  earn(): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + 1);
  }
}
