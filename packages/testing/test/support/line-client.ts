import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** A bare client of a line protocol: the test says every byte. */
export class LineClient {
  socket: Socket;
  #pending = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};
  readonly chunks: Buffer[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    this.#attach(socket);
  }

  static async dial(port: number, ca?: string): Promise<LineClient> {
    const socket =
      ca === undefined
        ? connect({ port, host: "127.0.0.1", noDelay: true })
        : connectTls({ port, host: "127.0.0.1", ca });
    await once(socket, ca === undefined ? "connect" : "secureConnect");
    return new LineClient(socket);
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get pending(): string {
    return this.#pending.toString("latin1");
  }

  say(text: string | Uint8Array): void {
    this.socket.write(typeof text === "string" ? Buffer.from(`${text}\r\n`) : text);
  }

  /** One line without CRLF, or "<end>". */
  async hear(): Promise<string> {
    for (;;) {
      const end = this.#pending.indexOf("\n");
      if (end >= 0) {
        const line = this.#pending.subarray(0, end).toString("latin1").replace(/\r$/, "");
        this.#pending = this.#pending.subarray(end + 1);
        return line;
      }
      if (this.#ended) return "<end>";
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`Nothing more than ${JSON.stringify(this.pending)}`)),
          20_000,
        );
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async ask(text: string): Promise<string> {
    this.say(text);
    return this.hear();
  }

  /** A multi-line reply as the bytes between its status line and its terminator, still stuffed. */
  async askForLines(text: string): Promise<Buffer> {
    const status = await this.ask(text);
    if (!status.startsWith("+OK")) throw new Error(status);
    return this.hearLines();
  }

  async hearLines(): Promise<Buffer> {
    const lines: string[] = [];
    for (let line = await this.hear(); line !== "."; line = await this.hear()) {
      if (line === "<end>") throw new Error("The connection ended inside a reply");
      lines.push(`${line}\r\n`);
    }
    return Buffer.from(lines.join(""), "latin1");
  }

  async startTls(ca: string): Promise<TLSSocket> {
    this.socket.removeAllListeners("data");
    const tls = connectTls({ socket: this.socket, ca, servername: "localhost" });
    await once(tls, "secureConnect");
    this.socket = tls;
    this.#attach(tls);
    return tls;
  }

  close(): void {
    this.socket.destroy();
  }

  #attach(socket: Socket): void {
    socket.on("data", (bytes: Buffer) => {
      this.chunks.push(bytes);
      this.#pending = Buffer.concat([this.#pending, bytes]);
      this.#wake();
    });
    const end = (): void => {
      if (socket !== this.socket) return;
      this.#ended = true;
      this.#wake();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }
}
