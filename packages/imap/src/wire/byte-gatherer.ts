/**
 * Bytes that come in pieces, in one buffer. It grows with what has come, not with what was announced (but for the first
 * {@link ROOM_AT_ONCE} octets, the size of most messages), and holds none of the pieces: a server that sends one byte
 * at a time costs no more than one that sends all at once.
 */
export class ByteGatherer {
  #bytes: Buffer = EMPTY;
  #length = 0;
  #expected = 0;

  get length(): number {
    return this.#length;
  }

  /** How many bytes will come if the sender keeps its word: no more room is made than for those. */
  expect(length: number): void {
    this.#expected = length;
  }

  push(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  /** What has been gathered, and is forgotten here. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = EMPTY;
    this.#length = 0;
    this.#expected = 0;
    return taken;
  }

  #grow(needed: number): void {
    const roomy = Math.max(needed, this.#bytes.length * 2, LEAST);
    const isExpected = needed <= this.#expected && this.#expected <= Math.max(roomy, ROOM_AT_ONCE);
    const larger = Buffer.allocUnsafeSlow(isExpected ? this.#expected : roomy);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const EMPTY = Buffer.alloc(0);
const LEAST = 256;
const ROOM_AT_ONCE = 256 * 1024;
