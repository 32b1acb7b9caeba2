import type { SecureContext } from "node:tls";
import { readChannelBindings } from "../../net/channel-bindings.js";
import type { SessionLog } from "../../net/session-log.js";
import type { WireConnection } from "../../net/wire-connection.js";
import type { ResponsePart } from "../syntax/text.js";
import { Compression } from "./compression.js";
import { ImapInput, type ImapInputLimits } from "./imap-input.js";

const FLUSH_AT_BYTES = 64 * 1024;

/** The connection of one client: commands in, buffered responses out, both with back-pressure. */
export class ImapConnection {
  readonly input: ImapInput;
  readonly #wire: WireConnection;
  readonly #log: SessionLog | undefined;
  #isEnded = false;
  #output: Buffer[] = [];
  #outputBytes = 0;
  #written: Promise<void> = Promise.resolve();
  #compression: Compression | undefined;

  constructor(wire: WireConnection, limits: ImapInputLimits, log?: SessionLog) {
    this.#wire = wire;
    this.#log = log;
    this.input = new ImapInput(limits);
  }

  get isSecure(): boolean {
    return this.#wire.tls !== undefined;
  }

  /** What a login can be bound to, with this certificate (PEM); nothing without TLS. */
  channelBindings(certificate: string): ReadonlyMap<string, Buffer> {
    const { tls } = this.#wire;
    return tls === undefined ? new Map() : readChannelBindings(tls, certificate);
  }

  get isCompressed(): boolean {
    return this.#compression !== undefined;
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#wire.hasEnded;
  }

  /** What `take` gives, as soon as it gives something; `undefined` when the client is gone. */
  async read<T>(take: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      const value = take();
      if (value !== undefined || this.#isEnded) return value;
      await this.#wire.readable();
      const bytes = this.#wire.takePending();
      if (bytes.length === 0) return undefined;
      if (this.#compression) await this.#compression.hear(bytes);
      else this.#receive(bytes);
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

  /** Waits while the client is slower than the server. */
  async drain(): Promise<void> {
    if (this.isEnded) return;
    await this.#compression?.flushed;
    await this.#written;
  }

  /** Upgrades to TLS; whatever came before in clear is forgotten. Rejects when there is no handshake. */
  async startTls(secureContext: SecureContext): Promise<void> {
    this.flush();
    await this.#written;
    this.#wire.putBack(this.input.takeUnread());
    await this.#wire.startTls(secureContext);
  }

  /** Compresses both directions from here on. */
  async compress(): Promise<void> {
    this.flush();
    this.#wire.putBack(this.input.takeUnread());
    const compression = new Compression({
      send: (bytes) => this.#send(bytes),
      receive: (bytes) => this.#receive(bytes),
      fail: () => this.destroy(),
    });
    this.#compression = compression;
    void this.#wire.closed().then(() => compression.close());
  }

  /** Sends what is buffered and closes. */
  end(): void {
    this.flush();
    this.#isEnded = true;
    const close = (): void => this.#wire.close();
    if (this.#compression) void this.#compression.flushed.then(close);
    else close();
  }

  destroy(): void {
    this.#isEnded = true;
    this.#wire.destroy();
  }

  #send(bytes: Buffer): void {
    this.#written = this.#wire.write(bytes);
  }

  #receive(bytes: Buffer): void {
    this.#log?.client(bytes);
    this.input.push(bytes);
  }
}
