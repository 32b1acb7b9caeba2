/** What is on its way from a connection, which does not wait, to a reader who may. One reader, once. */
export class PieceQueue<Piece> implements AsyncIterable<Piece> {
  #pieces: Piece[] = [];
  #hasEnded = false;
  #error: { readonly thrown: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(piece: Piece): void {
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

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, undefined> {
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
