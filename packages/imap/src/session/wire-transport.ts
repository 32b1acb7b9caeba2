import type { Duplex, Writable } from "node:stream";
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from "node:zlib";

/** A connected socket, or what stands for one. */
export interface WireSocket extends Duplex {
  ref?(): unknown;
  unref?(): unknown;
}

/** Who takes what comes over a socket. */
export interface TransportTaker {
  data(chunk: Buffer): void;
  /** The last call, and only one. */
  ended(error: Error | undefined): void;
}

/** The bytes of one connection, compressed from when that was agreed on (RFC 4978). */
export class WireTransport {
  readonly #socket: WireSocket;
  readonly #taker: TransportTaker;
  #inflate: InflateRaw | undefined;
  #deflate: DeflateRaw | undefined;
  #hasEnded = false;
  #received = 0;
  #sent = 0;

  constructor(socket: WireSocket, taker: TransportTaker) {
    this.#socket = socket;
    this.#taker = taker;
    socket.on("data", this.#take).on("error", this.#fail).on("close", this.#close).on("end", this.#close);
  }

  /** Octets on the wire, TLS apart. */
  get traffic(): { readonly sent: number; readonly received: number } {
    return { sent: this.#sent, received: this.#received };
  }

  /** Begins to read; what had come before goes first. */
  start(rest: Buffer): void {
    if (rest.length > 0) this.#take(rest);
    this.#socket.resume();
  }

  /** Leaves the socket to somebody else. */
  detach(): WireSocket {
    const socket = this.#socket;
    this.#hasEnded = true;
    socket.pause();
    return socket
      .off("data", this.#take)
      .off("error", this.#fail)
      .off("close", this.#close)
      .off("end", this.#close);
  }

  write(bytes: Buffer): void {
    if (this.#hasEnded) return;
    this.#sent += bytes.length;
    this.output.write(bytes);
    this.flush();
  }

  /** For octets that are written by somebody else: {@link flush} sends what is still held back of them. */
  get output(): Writable {
    return this.#deflate ?? this.#socket;
  }

  flush(): void {
    this.#deflate?.flush(constants.Z_SYNC_FLUSH);
  }

  /** Compresses from here on; `rest` has come behind the server's consent. */
  compress(rest: Buffer): void {
    const fail = (error: Error): void => this.#fail(error);
    const inflate = createInflateRaw().on("error", fail);
    inflate.on("data", (chunk: Buffer) => this.#hand(chunk));
    this.#inflate = inflate;
    this.#deflate = createDeflateRaw().on("error", fail);
    this.#deflate.pipe(this.#socket);
    if (rest.length > 0) inflate.write(rest);
  }

  holdProcess(isHeld: boolean): void {
    if (isHeld) this.#socket.ref?.();
    else this.#socket.unref?.();
  }

  destroy(error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#socket.destroy();
    this.#inflate?.destroy();
    this.#deflate?.destroy();
    this.#taker.ended(error);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#received += chunk.length;
    if (this.#inflate === undefined) this.#hand(chunk);
    // A slow reader slows the server down: what is inflated is taken at once.
    else this.#inflate.write(chunk);
  };

  #hand(chunk: Buffer): void {
    if (this.#hasEnded) return;
    try {
      this.#taker.data(chunk);
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  readonly #fail = (error: Error): void => this.destroy(error);

  readonly #close = (): void => this.destroy();
}
