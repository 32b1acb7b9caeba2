import {
  type ConnectionFactory,
  ConnectionPool,
  type PoolKey,
  type PoolLimits,
  resolvePoolLimits,
} from "@mailwright/core";
import type { ImapAccount } from "./imap-account.js";
import { openSession } from "./imap-connect.js";
import type { ImapSession } from "./imap-session.js";

/** A pool key that also carries how to open connections of its account. */
export interface ImapPoolKey extends PoolKey {
  readonly account: ImapAccount;
}

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

/** The pool key of an account; clients of one account share its connections in a shared pool. */
export function imapPoolKey(account: ImapAccount): ImapPoolKey {
  return { ...account.key, account };
}
