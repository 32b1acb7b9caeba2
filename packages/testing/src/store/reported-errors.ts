/**
 * What listeners and hooks of a test threw. They are called in the middle of a server's work, where an error would
 * become an answer to the client; kept here it comes out where the test looks next.
 */
export class ReportedErrors {
  #errors: unknown[] = [];
  #wake: (() => void) | undefined;

  report(error: unknown): void {
    this.#errors.push(error);
    this.#wake?.();
  }

  /** Calls `wake` whenever something is reported. */
  onReport(wake: () => void): void {
    this.#wake = wake;
  }

  /** The error since the last time, several as an `AggregateError`; `undefined` when there was none. */
  take(): { readonly error: unknown } | undefined {
    const errors = this.#errors;
    this.#errors = [];
    if (errors.length === 0) return undefined;
    if (errors.length === 1) return { error: errors[0] };
    return { error: new AggregateError(errors, `${errors.length} listeners or hooks of the test threw`) };
  }

  /** Throws what `take` gives, if anything. */
  rethrow(): void {
    const taken = this.take();
    if (taken !== undefined) throw taken.error;
  }
}
