import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import { SocketWriter } from "./socket-writer.js";

const LF = 0x0a;
const TLS_HANDSHAKE = 0x16;
const HIGH_WATER_BYTES = 256 * 1024;

/** A client's line was longer than the server reads. */
export class LineTooLongError extends Error {
  override name = "LineTooLongError";
}

/**
 * The server's side of one connection: bytes are pulled, writes wait for the peer, and the stream can turn into TLS
 * in between.
 */
export class WireConnection {
  readonly #tcp: Socket;
  readonly #observe: (bytes: Buffer) => void;
  readonly #observeWritten: (bytes: string | Uint8Array) => void;
  #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #closed: Promise<void> | undefined;
  #isDiscarding = false;
  #detach: () => void = () => {};
  #waiting: (() => void)[] = [];
  #writer: SocketWriter;
  #idle: { readonly idleMs: number; readonly onIdle: () => void } | undefined;

  /** `observe` sees every chunk of decrypted bytes as it arrives, `observeWritten` what is answered. */
  constructor(
    tcp: Socket,
    observe: (bytes: Buffer) => void = () => {},
    observeWritten: (bytes: string | Uint8Array) => void = () => {},
  ) {
    this.#observeWritten = observeWritten;
    this.#tcp = tcp;
    this.#socket = tcp;
    this.#writer = new SocketWriter(tcp);
    this.#observe = observe;
    this.#attach();
  }

  /** The TLS socket once `startTls()` resolved. */
  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined;
  }

  /** True once the peer has ended its side or the connection is gone; bytes may still be buffered. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Bytes that arrived and were not read. */
  get pending(): Buffer {
    return this.#pending;
  }

  /** Throws away what arrived and was not read. */
  dropPending(): void {
    this.#take(this.#pending.length);
  }

  /** Takes all that arrived and was not read. */
  takePending(): Buffer {
    return this.#take(this.#pending.length);
  }

  /** What was taken and not used is pending again. */
  putBack(bytes: Buffer): void {
    this.#pending = Buffer.concat([bytes, this.#pending]);
  }

  /** Calls `onIdle` when nothing has gone over the connection for so long. */
  limitIdleTime(idleMs: number, onIdle: () => void): void {
    this.#idle = { idleMs, onIdle };
    this.#socket.setTimeout(idleMs, onIdle);
  }

  /** Reads through the next LF, which the answer includes; `undefined` when the peer ends first. */
  async readLine(maxBytes: number = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
    let scanned = 0;
    for (;;) {
      const end = this.#pending.indexOf(LF, scanned);
      if (end >= maxBytes || (end < 0 && this.#pending.length >= maxBytes)) {
        throw new LineTooLongError(`A line is longer than ${maxBytes} bytes`);
      }
      if (end >= 0) return this.#take(end + 1);
      scanned = this.#pending.length;
      if (this.#hasEnded) return undefined;
      await this.#more();
    }
  }

  /** Reads exactly `length` bytes; `undefined` when the peer ends first, and then nothing is taken. */
  async readBytes(length: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = length;
    for (;;) {
      const part = this.#take(Math.min(missing, this.#pending.length));
      parts.push(part);
      missing -= part.length;
      if (missing === 0) return Buffer.concat(parts);
      if (this.#hasEnded) {
        this.#pending = Buffer.concat(parts);
        return undefined;
      }
      await this.#more();
    }
  }

  /** Resolves when something is buffered or the peer has ended. */
  async readable(): Promise<void> {
    while (this.#pending.length === 0 && !this.#hasEnded) await this.#more();
  }

  /** Drops what is buffered and whatever comes; resolves when the peer has ended. */
  async discard(): Promise<void> {
    this.#isDiscarding = true;
    this.dropPending();
    while (!this.#hasEnded) await this.#more();
  }

  /** Resolves when more may be written: at once, or when the peer has read. Never rejects: a dead peer reads nothing. */
  async write(bytes: string | Uint8Array): Promise<void> {
    this.#observeWritten(bytes);
    await this.#writer.write(bytes);
  }

  /**
   * Upgrades to TLS as the server. Commands that came before the handshake are dropped, as if never said
   * (CVE-2011-0411).
   */
  async startTls(secureContext: SecureContext): Promise<void> {
    const early = this.#take(this.#pending.length);
    this.#detach();
    this.#tcp.pause();
    if (early[0] === TLS_HANDSHAKE) this.#tcp.unshift(early);
    const tls = new TLSSocket(this.#tcp, { isServer: true, secureContext });
    this.#socket = tls;
    this.#writer = new SocketWriter(tls);
    this.#attach();
    if (this.#idle) {
      this.#tcp.setTimeout(0);
      tls.setTimeout(this.#idle.idleMs, this.#idle.onIdle);
    }
    await new Promise<void>((resolve, reject) => {
      tls.once("secure", resolve);
      tls.once("error", reject);
      const leave = (): void => reject(new Error("the client went away"));
      tls.once("end", leave).once("close", leave);
    });
  }

  /** Resolves when nothing can be said any more either. */
  async closed(): Promise<void> {
    if (this.#tcp.closed) return;
    // One for all who wait: a script asks at every pause.
    this.#closed ??= new Promise<void>((resolve) => this.#tcp.once("close", () => resolve()));
    await this.#closed;
  }

  /** Ends our side (FIN, after close_notify on TLS) and lets the peer end its own. */
  end(): void {
    this.#socket.end();
    void this.discard();
  }

  /** Cuts the connection once everything that was written has left. */
  close(): void {
    this.#socket.end(() => this.destroy());
  }

  /** Cuts the connection with a reset (RST). */
  reset(): void {
    this.#tcp.resetAndDestroy();
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#tcp.destroy();
  }

  #attach(): void {
    const socket = this.#socket;
    const onData = (bytes: Buffer): void => {
      this.#observe(bytes);
      if (!this.#isDiscarding) {
        this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
        if (this.#pending.length > HIGH_WATER_BYTES) socket.pause();
      }
      this.#wake();
    };
    const onEnd = (): void => {
      this.#hasEnded = true;
      this.#wake();
    };
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd);
    this.#detach = () => {
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd);
    };
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  #more(): Promise<void> {
    this.#socket.resume();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
