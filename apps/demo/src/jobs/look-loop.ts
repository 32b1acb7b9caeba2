/**
 * Looks for work whenever it is woken and every so often by itself: one look at a time, and one more for all wakes that
 * came meanwhile. A look that fails is made up for by the next.
 */
export class LookLoop {
  readonly #look: () => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(everyMs: number, look: () => Promise<void>) {
    this.#look = look;
    this.#timer = setInterval(() => this.wake(), everyMs);
    this.wake();
  }

  wake(): void {
    this.#isWanted = true;
    this.#looking ??= this.#run().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Looks no more; resolves when the last look has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      await this.#look().catch(() => {});
    }
  }
}
