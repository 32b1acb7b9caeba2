import { Readable } from "node:stream";

const CHUNK_BYTES = 64 * 1024;

/** Told about the progress of a {@link BodyStream}. */
export interface BodyEvents {
  /** Asked when the body is wanted, which is after 354. An error refuses it: not a byte goes out. */
  readonly onStart: () => Error | undefined;
  /** Called when the last byte was taken, just before the final dot is written. */
  readonly onEnd: () => void;
}

/**
 * The bytes of a message as nodemailer reads them: it begins only after 354, and writes the final dot only
 * after the end. So the two events tell exactly whether the server can have accepted the message.
 */
export class BodyStream extends Readable {
  readonly #bytes: Uint8Array;
  readonly #events: BodyEvents;
  #offset = 0;
  #isStarted = false;

  constructor(bytes: Uint8Array, events: BodyEvents) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#bytes = bytes;
    this.#events = events;
    this.once("end", events.onEnd);
  }

  override _read(): void {
    if (this.#isStarted) return this.#next();
    this.#isStarted = true;
    const refusal = this.#events.onStart();
    if (refusal !== undefined) {
      this.destroy(refusal);
      return;
    }
    // A turn later: a reply to the dot that came together with the 354 is seen before any byte is given,
    // and so is known to be too early.
    setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.destroyed) return;
    const chunk = this.#bytes.subarray(this.#offset, this.#offset + CHUNK_BYTES);
    this.#offset += chunk.length;
    if (chunk.length > 0) this.push(chunk);
    if (this.#offset >= this.#bytes.length) this.push(null);
  }
}
