import { once } from "node:events";
import {
  type ConnectionFactory,
  ConnectionPool,
  MailError,
  type PoolKey,
  type PoolLimits,
  type PoolOptions,
  type PoolStats,
} from "@mailwright/core";
import { OpeningKey, resolvePoolLimits } from "@mailwright/core/internal";

import type { Pop3Account } from "./pop3-account.js";
import type { Pop3Connection } from "./pop3-connection.js";

/** Names an account's place in a pool, and holds what it takes to log in; shows nothing of it. */
export type Pop3PoolKey = OpeningKey<Pop3Account>;

/** Clients of one account share a place only when they would log in, and read, in the same way. */
export function createPoolKey(key: PoolKey, account: Pop3Account): Pop3PoolKey {
  const { authMethod, utf8, language, timeouts, limits, transcript } = account;
  return new OpeningKey(key, account, { authMethod, utf8, language, timeouts, limits, transcript });
}

/** A mailbox is locked by its session (RFC 1939 §3), so there is one per account and none is kept. */
const DEFAULTS: PoolLimits = { maxPerKey: 1, idleTimeoutMs: 0, acquireTimeoutMs: 60_000 };

const factory: ConnectionFactory<Pop3Connection, Pop3PoolKey> = {
  protocol: "pop3",
  open: async (key, signal, connectionId) => {
    const { openConnection } = await import("./open-connection.js");
    return openConnection(key.account, connectionId, signal);
  },
  isUsable: async ({ wire }) => wire.broken === undefined,
  isClean: ({ wire }) => wire.broken === undefined && wire.requests.pending === 0,
  onClosed: ({ wire }, listener) => wire.onClosed(listener),
  close: async ({ wire }) => {
    const { socket } = wire;
    wire.destroy(new MailError("The connection was closed", { code: "closed", protocol: "pop3" }));
    if (!socket.closed) await once(socket, "close");
  },
};

let read: (pool: Pop3Pool) => ConnectionPool<Pop3Connection, Pop3PoolKey>;

/**
 * A pool that many clients share, so that its `maxTotal` bounds the sessions of all accounts together; its maker
 * closes it. One session per account: those of the same account wait in line for each other.
 */
export class Pop3Pool implements AsyncDisposable {
  static {
    read = (pool) => pool.#connections;
  }

  readonly #connections: ConnectionPool<Pop3Connection, Pop3PoolKey>;

  /** Throws `"invalid-argument"` for limits that are none. */
  constructor(limits?: PoolLimits, options: Pick<PoolOptions, "logger"> = {}) {
    this.#connections = new ConnectionPool(factory, resolvePoolLimits(limits, DEFAULTS), options);
  }

  /** Figures of all accounts together. */
  stats(): PoolStats {
    return this.#connections.stats();
  }

  /** Forgets refused logins, lowered caps and hosts that could not be reached. */
  clear(): Promise<void> {
    return this.#connections.clear();
  }

  /** Refuses new sessions, waits up to `graceMs` for those under way, then closes. @defaultValue graceMs 5000 */
  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    return this.#connections.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The connections in a pool, for the clients that share it and for nobody else. */
export function connectionsOf(pool: Pop3Pool): ConnectionPool<Pop3Connection, Pop3PoolKey> {
  return read(pool);
}

/** A pool for the `pool` option of many clients. */
export function createPop3Pool(limits?: PoolLimits, options?: Pick<PoolOptions, "logger">): Pop3Pool {
  return new Pop3Pool(limits, options);
}
