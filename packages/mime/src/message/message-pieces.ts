/** Collects what a message is made of, texts and bytes, and puts it together at the end: every byte is copied once. */
export class MessagePieces {
  readonly #pieces: Buffer[] = [];
  /** Texts that follow each other become bytes at one go. */
  #text = "";

  add(piece: string | Buffer): void {
    if (typeof piece === "string") {
      this.#text += piece;
      return;
    }
    this.#flush();
    this.#pieces.push(piece);
  }

  toBytes(): Buffer {
    if (this.#pieces.length === 0) return Buffer.from(this.#text);
    this.#flush();
    return Buffer.concat(this.#pieces);
  }

  #flush(): void {
    if (this.#text === "") return;
    this.#pieces.push(Buffer.from(this.#text));
    this.#text = "";
  }
}
