import { constants, createDeflateRaw, createInflateRaw } from "node:zlib";

/** Where the bytes of a compressed connection go. */
export interface CompressionEnds {
  /** Compressed bytes for the client. */
  send(bytes: Buffer): void;
  /** What the client said. */
  receive(bytes: Buffer): void;
  /** The client sent what cannot be decompressed. */
  fail(): void;
}

/** Both directions of a connection after COMPRESS DEFLATE (RFC 4978). */
export class Compression {
  readonly #deflate = createDeflateRaw();
  readonly #inflate = createInflateRaw();
  #flushed: Promise<void> = Promise.resolve();
  #settle: () => void = () => {};

  constructor({ send, receive, fail }: CompressionEnds) {
    this.#deflate.on("data", send);
    this.#inflate.on("data", receive).on("error", fail);
  }

  /** Resolves when everything that was said has been given to `send`, or never will be. */
  get flushed(): Promise<void> {
    return this.#flushed;
  }

  say(bytes: Buffer): void {
    this.#deflate.write(bytes);
    this.#flushed = new Promise((resolve) => {
      this.#settle = resolve;
      this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve);
    });
  }

  /** Resolves when `receive` was given all of it. */
  async hear(bytes: Buffer): Promise<void> {
    if (this.#inflate.destroyed) return;
    await new Promise<void>((resolve) => this.#inflate.write(bytes, () => resolve()));
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
    this.#settle();
  }
}
