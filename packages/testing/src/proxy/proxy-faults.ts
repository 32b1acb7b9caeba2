import type { OptionNames } from "../options/known-options.js";

/** The way bytes go through a `startFaultProxy`. */
export type ProxyDirection = "toServer" | "toClient";

/** Where a connection breaks, counted in bytes of one direction from the start of each connection. */
export interface CutFault {
  readonly direction: ProxyDirection;
  /** Exactly so many bytes of the direction still arrive; 0 cuts before the first. */
  readonly afterBytes: number;
  /**
   * `"fin"` half-closes: the receiver sees an orderly end after the last byte, and the other direction goes on until
   * its sender ends. `"rst"` resets both sides.
   */
  readonly with: "fin" | "rst";
}

/** Where a connection falls silent. It stays open, and goes on when the fault is taken back. */
export interface StallFault {
  readonly direction: ProxyDirection;
  readonly afterBytes: number;
}

/** What goes wrong on the way. `undefined` takes a fault back in `setFaults()`. */
export interface ProxyFaults {
  /**
   * Round-trip time: each direction delays by half of it, whatever is in flight, and a new connection takes the
   * time of a TCP handshake.
   * @defaultValue `0`
   */
  readonly latencyMs?: number | undefined;
  /**
   * Bandwidth of each direction of each connection.
   * @defaultValue unlimited
   */
  readonly bytesPerSecond?: number | undefined;
  readonly cut?: CutFault | undefined;
  readonly stall?: StallFault | undefined;
  /**
   * A segment per byte, in both directions.
   * @defaultValue `false`
   */
  readonly oneByteAtATime?: boolean | undefined;
  /** Resets every n-th connection as soon as it is open. */
  readonly dropEvery?: number | undefined;
  /**
   * Resets connections above so many open ones.
   * @defaultValue unlimited
   */
  readonly maxConnections?: number | undefined;
  /**
   * Closes the port: connecting fails with ECONNREFUSED, open connections live on.
   * @defaultValue `false`
   */
  readonly refuse?: boolean | undefined;
}

/** Every fault by name. */
export const proxyFaultNames: OptionNames<ProxyFaults> = {
  latencyMs: true,
  bytesPerSecond: true,
  cut: true,
  stall: true,
  oneByteAtATime: true,
  dropEvery: true,
  maxConnections: true,
  refuse: true,
};
