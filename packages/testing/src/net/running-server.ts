/** Where a server listens; both ports serve the same store. */
export interface RunningServer {
  /** Plain, with an upgrade to TLS. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** Cuts every session and frees the ports. */
  stop(): Promise<void>;
}
