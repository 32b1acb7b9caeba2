/** Where a server listens; both ports serve the same store. */
export interface RunningServer {
  /** Plain, with an upgrade to TLS. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Cuts every connection and closes the ports, so that connecting is refused; `start` opens them again. */
  stop(): Promise<void>;
  /** Listens on the same ports again after `stop`. */
  start(): Promise<void>;
  /** `stop` and `start`: what clients see when a server is restarted. */
  restart(): Promise<void>;
  /** Cuts the connections on which `user` is logged in, or all of them; resolves to how many there were. */
  disconnect(user?: string): Promise<number>;
}

/** Where a server listens, and whether it keeps the process alive. */
export interface ListenOptions {
  /** Of the plain port. @defaultValue a free one */
  readonly port?: number;
  /** Of the port with TLS from the first byte. @defaultValue a free one */
  readonly tlsPort?: number;
}
