const WINDOW_BYTES = 8_192;
/** A search costs more than a look at so many bytes, as hostile messages know. */
const NEAR_BYTES = 4;

/**
 * Finds bytes, line ends say, of which many are looked for one after the other. It takes one window after the other as a
 * string: those are searched for one character several times as fast as bytes.
 */
export class ByteFinder {
  readonly #bytes: Buffer;
  readonly #windowBytes: number;
  #window = "";
  #start = 0;

  /** A small window suits what is looked at in few places. */
  constructor(bytes: Buffer, windowBytes: number = WINDOW_BYTES) {
    this.#bytes = bytes;
    this.#windowBytes = windowBytes;
  }

  /** Offset of the first such character from `from` on, or of the end of the bytes. */
  find(character: string, from: number): number {
    const near = Math.min(from + NEAR_BYTES, this.#bytes.length);
    for (let at = from; at < near; at++) if (this.#bytes[at] === character.charCodeAt(0)) return at;
    for (let at = near; at < this.#bytes.length; at = this.#start + this.#window.length) {
      if (at < this.#start || at >= this.#start + this.#window.length) {
        this.#window = this.#bytes.toString("latin1", at, at + this.#windowBytes);
        this.#start = at;
      }
      const found = this.#window.indexOf(character, at - this.#start);
      if (found >= 0) return this.#start + found;
    }
    return this.#bytes.length;
  }
}
