import { createServer, type Server, type Socket } from "node:net";

/** A listening socket that remembers its connections, so that stopping leaves nothing behind. */
export class TcpListener {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;

  private constructor(server: Server, sockets: Set<Socket>, host: string, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.host = host;
    this.port = port;
  }

  /**
   * Listens on a free port. Sockets stay half-open when the peer ends, so that `accept` decides what follows, and
   * have an `"error"` listener already: a peer's reset is no reason to crash.
   */
  static async listen(host: string, accept: (socket: Socket) => void): Promise<TcpListener> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => sockets.delete(socket));
      accept(socket);
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, host, () => {
        server.off("error", reject);
        const address = server.address();
        resolve(address !== null && typeof address === "object" ? address.port : 0);
      });
    });
    return new TcpListener(server, sockets, host, port);
  }

  /** Closes the port, so that connecting fails with ECONNREFUSED; open connections live on. */
  refuse(): void {
    this.#server.close();
  }

  /** Opens the port again after `refuse()`. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.port, this.host, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Number of connections that are open now. */
  get connections(): number {
    return this.#open().length;
  }

  /** Destroys every connection and frees the port; calling it again is harmless. */
  async stop(): Promise<void> {
    const sockets = this.#open();
    const closed = sockets.map(
      (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await Promise.all(closed);
  }

  // smtp-server takes every listener off a socket when it upgrades it, ours too.
  #open(): Socket[] {
    for (const socket of this.#sockets) if (socket.destroyed) this.#sockets.delete(socket);
    return [...this.#sockets];
  }
}
