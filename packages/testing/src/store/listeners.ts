/** The listeners of one event: what one of them throws keeps no other from hearing, and no server from answering. */
export class Listeners<T> {
  readonly #listeners = new Set<(event: T) => void>();
  readonly #report: (error: unknown) => void;

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** Calls `listener` for every event until the returned function is called. */
  add(listener: (event: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(event: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        const answer: unknown = listener(event);
        // An async listener fails later.
        if (answer instanceof Promise) answer.catch(this.#report);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
