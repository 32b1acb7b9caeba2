import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { SessionLog } from "../../net/session-log.js";
import type { ResponsePart } from "../syntax/text.js";
import { Compression } from "./compression.js";
import { ImapInput, type ImapInputLimits } from "./imap-input.js";

const FLUSH_AT_BYTES = 64 * 1024;
const PAUSE_AT_BYTES = 1024 * 1024;

/** The socket of one client: commands in, buffered responses out, both with back-pressure. */
export class ImapConnection {
  readonly input: ImapInput;
  #socket: Socket;
  #isEnded = false;
  #wake: (() => void) | undefined;
  #output: Buffer[] = [];
  #outputBytes = 0;
  #compression: Compression | undefined;
  readonly #onTimeout: () => void;
  readonly #log: SessionLog | undefined;

  constructor(
    socket: Socket,
    limits: ImapInputLimits,
    idleTimeoutMs: number,
    onTimeout: () => void,
    log?: SessionLog,
  ) {
    this.#log = log;
    this.input = new ImapInput(limits);
    this.#socket = socket;
    this.#onTimeout = onTimeout;
    socket.setTimeout(idleTimeoutMs);
    this.#attach(socket);
  }

  get isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  get isCompressed(): boolean {
    return this.#compression !== undefined;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What `take` gives, as soon as it gives something; `undefined` when the client is gone. */
  async read<T>(take: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      const value = take();
      if (value !== undefined || this.#isEnded) return value;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#socket.resume();
      });
    }
  }

  /** Text goes out as Latin-1, so that bytes held in strings stay bytes. */
  write(...parts: ResponsePart[]): void {
    for (const part of parts) {
      const bytes =
        typeof part === "string"
          ? Buffer.from(part, "latin1")
          : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      this.#output.push(bytes);
      this.#outputBytes += bytes.length;
    }
    if (this.#outputBytes >= FLUSH_AT_BYTES) this.flush();
  }

  flush(): void {
    if (this.#output.length === 0) return;
    const bytes = Buffer.concat(this.#output);
    this.#output = [];
    this.#outputBytes = 0;
    this.#log?.server(bytes);
    if (this.#compression) this.#compression.say(bytes);
    else this.#send(bytes);
  }

  #send(bytes: Buffer): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Waits while the client is slower than the server. */
  async drain(): Promise<void> {
    if (!this.#isEnded) await this.#compression?.flushed;
    if (!this.#socket.writableNeedDrain || this.#isEnded) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#socket.off("drain", done);
        this.#socket.off("close", done);
        resolve();
      };
      this.#socket.on("drain", done);
      this.#socket.on("close", done);
    });
  }

  /** Upgrades to TLS; whatever came before in clear is forgotten. */
  async startTls(secureContext: SecureContext): Promise<void> {
    const plain = this.#socket;
    this.flush();
    await new Promise<void>((resolve) => plain.write("", () => resolve()));
    plain.removeAllListeners("data").removeAllListeners("end").removeAllListeners("timeout");
    this.input.clear();
    this.#socket = new TLSSocket(plain, { isServer: true, secureContext });
    this.#socket.setTimeout(plain.timeout ?? 0);
    this.#attach(this.#socket);
  }

  /** Compresses both directions from here on. */
  async compress(): Promise<void> {
    this.flush();
    this.#compression = new Compression({
      send: (bytes) => this.#send(bytes),
      receive: (bytes) => this.#receive(bytes),
      fail: () => this.destroy(),
    });
  }

  /** Sends what is buffered and closes. */
  end(): void {
    this.flush();
    this.#markEnded();
    const close = (): void => {
      this.#socket.end(() => this.#socket.destroy());
    };
    if (this.#compression) void this.#compression.flushed.then(close);
    else close();
  }

  destroy(): void {
    this.#markEnded();
    this.#socket.destroy();
  }

  #attach(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      if (this.#compression) this.#compression.hear(chunk);
      else this.#receive(chunk);
    });
    socket.on("end", () => this.#markEnded());
    socket.on("close", () => {
      this.#markEnded();
      this.#compression?.close();
    });
    socket.on("error", () => this.destroy());
    socket.on("timeout", () => this.#onTimeout());
  }

  #receive(chunk: Buffer): void {
    this.#log?.client(chunk);
    this.input.push(chunk);
    if (this.input.bufferedBytes > PAUSE_AT_BYTES && !this.#wake) this.#socket.pause();
    this.#wakeReader();
  }

  #markEnded(): void {
    this.#isEnded = true;
    this.#wakeReader();
  }

  #wakeReader(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
