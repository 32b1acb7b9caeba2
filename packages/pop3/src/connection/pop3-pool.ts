import { once } from "node:events";
import {
  type ConnectionFactory,
  ConnectionPool,
  MailError,
  type PoolKey,
  type PoolLimits,
} from "@mailwright/core";
import { OpeningKey, resolvePoolLimits } from "@mailwright/core/internal";

import { openConnection } from "./open-connection.js";
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
  open: (key, signal, connectionId) => openConnection(key.account, connectionId, signal),
  isUsable: async ({ wire }) => wire.broken === undefined,
  isClean: ({ wire }) => wire.broken === undefined && wire.pending === 0,
  onClosed: ({ wire }, listener) => wire.onClosed(listener),
  close: async ({ wire }) => {
    const { socket } = wire;
    wire.destroy(new MailError("The connection was closed", { code: "closed", protocol: "pop3" }));
    if (!socket.closed) await once(socket, "close");
  },
};

/**
 * A pool for the `pool` option of many clients: `maxTotal` then bounds the sessions of all accounts
 * together. One session per account; sessions of the same account wait in line for each other. Close it
 * yourself: a client closes only a pool of its own.
 */
export function createPop3Pool(limits?: PoolLimits): ConnectionPool<Pop3Connection, Pop3PoolKey> {
  return new ConnectionPool(factory, resolvePoolLimits(limits, DEFAULTS));
}
