import { createServer, type Server, type Socket } from "node:net";

/** What a server knows about one of its connections. */
export interface AcceptedClient {
  /** Who is logged in. */
  readonly user: string | undefined;
}

/** Where a listener listens, and whether it keeps the process alive. */
export interface TcpListenerOptions {
  /** @defaultValue a free one */
  readonly port?: number;
  /** Neither the port nor its connections keep the process alive. @defaultValue false */
  readonly isUnref?: boolean;
}

// biome-ignore lint/suspicious/noConfusingVoidType: who accepts need not say who the client is
type Accept = (socket: Socket) => AcceptedClient | undefined | void;

/** A listening socket that remembers its connections, so that stopping leaves nothing behind. */
export class TcpListener {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Map<Socket, AcceptedClient | undefined>;

  private constructor(
    server: Server,
    sockets: Map<Socket, AcceptedClient | undefined>,
    host: string,
    port: number,
  ) {
    this.#server = server;
    this.#sockets = sockets;
    this.host = host;
    this.port = port;
  }

  /**
   * Listens. Sockets stay half-open when the peer ends, so that `accept` decides what follows, and have an `"error"`
   * listener already: a peer's reset is no reason to crash.
   */
  static async listen(host: string, accept: Accept, options: TcpListenerOptions = {}): Promise<TcpListener> {
    const { port: wanted = 0, isUnref = false } = options;
    const sockets = new Map<Socket, AcceptedClient | undefined>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      sockets.set(socket, undefined);
      socket.on("error", () => {});
      socket.once("close", () => sockets.delete(socket));
      if (isUnref) socket.unref();
      const client = accept(socket) ?? undefined;
      if (!socket.destroyed) sockets.set(socket, client);
    });
    if (isUnref) server.unref();
    await listen(server, wanted, host);
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    return new TcpListener(server, sockets, host, port);
  }

  /** Closes the port, so that connecting fails with ECONNREFUSED; open connections live on. */
  refuse(): void {
    this.#server.close();
  }

  /** Opens the port again after `refuse()` or `stop()`. */
  async accept(): Promise<void> {
    if (!this.#server.listening) await listen(this.#server, this.port, this.host);
  }

  /** Number of connections that are open now. */
  get connections(): number {
    return this.#open().length;
  }

  /** Destroys the connections of `user`, or all of them; resolves to how many, once they are closed. */
  async disconnect(user?: string): Promise<number> {
    const sockets = this.#open()
      .filter(([, client]) => user === undefined || client?.user === user)
      .map(([socket]) => socket);
    const closed = sockets.map(
      (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
    );
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    return sockets.length;
  }

  /** Destroys every connection and frees the port; calling it again is harmless. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.disconnect();
    await closed;
  }

  // smtp-server takes every listener off a socket when it upgrades it, ours too.
  #open(): [Socket, AcceptedClient | undefined][] {
    for (const socket of this.#sockets.keys()) if (socket.destroyed) this.#sockets.delete(socket);
    return [...this.#sockets];
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
