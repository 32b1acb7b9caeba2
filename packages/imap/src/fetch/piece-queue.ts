/** Octets on their way from a connection, which does not wait, to a reader who may. One reader, once. */
export class PieceQueue implements AsyncIterable<Buffer> {
  #pieces: Buffer[] = [];
  #hasEnded = false;
  #error: { readonly thrown: unknown } | undefined;
  #wake: (() => void) | undefined;
  #length = 0;

  /** Octets that were put in so far, read or not. */
  get length(): number {
    return this.#length;
  }

  push(piece: Buffer): void {
    this.#length += piece.length;
    this.#pieces.push(piece);
    this.#wake?.();
  }

  /** Nothing follows. */
  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  /** Nothing follows, and the reader hears why. */
  fail(thrown: unknown): void {
    this.#error ??= { thrown };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const pieces = this.#pieces;
      this.#pieces = [];
      yield* pieces;
      if (this.#pieces.length > 0) continue;
      if (this.#error !== undefined) throw this.#error.thrown;
      if (this.#hasEnded) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
