import { type ConnectionFactory, ConnectionPool, type PoolLimits } from "@mailwright/core";
import { resolvePoolLimits } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapPoolKey } from "./imap-pool-key.js";
import { openSession } from "./open-session.js";

const PROBE_MS = 5_000;

const factory: ConnectionFactory<ImapSession, ImapPoolKey> = {
  protocol: "imap",
  open: (key, signal, connectionId) => openSession(key.account, connectionId, signal),
  async isUsable(session, signal) {
    await session.command("NOOP", [], { signal, timeoutMs: PROBE_MS });
    return true;
  },
  close: (session) => session.close(),
  isClean: (session) => session.isClean,
  onClosed: (session, listener) => session.onClosed(listener),
  holdProcess: (session, isHeld) => session.wire.holdProcess(isHeld),
};

/** A pool for the `pool` option of several clients, so that `maxTotal` bounds them together. */
export function createImapPool(limits?: PoolLimits): ConnectionPool<ImapSession, ImapPoolKey> {
  return new ConnectionPool(factory, resolvePoolLimits(limits));
}
