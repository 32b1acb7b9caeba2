import {
  type ConnectionFactory,
  ConnectionPool,
  isMailError,
  MailError,
  type PoolLimits,
  type PoolOptions,
  type PoolStats,
} from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapPoolKey } from "./imap-account.js";

const PROBE_MS = 5_000;

const factory: ConnectionFactory<ImapSession, ImapPoolKey> = {
  protocol: "imap",
  open: openOneMore,
  async isUsable(session, signal) {
    await session.command("NOOP", [], { signal, timeoutMs: PROBE_MS });
    return true;
  },
  close: (session, signal) => session.close(signal),
  isClean: (session) => session.isClean,
  onClosed: (session, listener) => session.onClosed(listener),
  holdProcess: (session, isHeld) => session.wire.holdProcess(isHeld),
};

/** How many sessions are open, by the place of their account in a pool. */
const open = new WeakMap<ImapPoolKey["account"], number>();

/**
 * Opens a session. QUIRK: a server with a limit on connections may hang up on those above it without a word (Courier's
 * MAXPERIP). While others of the account work, that is what a hang-up before the greeting means: too many.
 */
async function openOneMore(
  key: ImapPoolKey,
  signal: AbortSignal,
  connectionId: string,
): Promise<ImapSession> {
  const { account } = key;
  const { openSession } = await import("./open-session.js");
  try {
    const session = await openSession(account, connectionId, signal);
    count(account, 1);
    session.onClosed(() => count(account, -1));
    return session;
  } catch (error) {
    const isHangUp = isMailError(error) && error.code === "connection" && error.phase === "greeting";
    if (!isHangUp || (open.get(account) ?? 0) === 0) throw error;
    throw new MailError("The server hangs up on one connection more than it has", {
      code: "throttled",
      protocol: "imap",
      phase: "greeting",
      connectionId,
      connectionBroken: true,
      retryable: true,
      cause: error,
    });
  }
}

function count(account: ImapPoolKey["account"], more: number): void {
  open.set(account, (open.get(account) ?? 0) + more);
}

let read: (pool: ImapPool) => ConnectionPool<ImapSession, ImapPoolKey>;

/** A pool that several clients share, so that its `maxTotal` bounds them together; its maker closes it. */
export class ImapPool implements AsyncDisposable {
  static {
    read = (pool) => pool.#connections;
  }

  readonly #connections: ConnectionPool<ImapSession, ImapPoolKey>;

  /** Throws `"invalid-argument"` for limits that are none. */
  constructor(limits?: PoolLimits, options: Pick<PoolOptions, "logger"> = {}) {
    this.#connections = new ConnectionPool(factory, limits, options);
  }

  /** Figures of all accounts together. */
  stats(): PoolStats {
    return this.#connections.stats();
  }

  /** Closes idle connections now and lent ones on their return, and forgets refused logins and lowered caps. */
  clear(): Promise<void> {
    return this.#connections.clear();
  }

  /** Refuses new calls, waits up to `graceMs` for those under way, then closes. @defaultValue graceMs 5000 */
  close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    return this.#connections.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The connections in a pool, for the clients that share it and for nobody else. */
export function connectionsOf(pool: ImapPool): ConnectionPool<ImapSession, ImapPoolKey> {
  return read(pool);
}

/** A pool for the `pool` option of several clients. */
export function createImapPool(limits?: PoolLimits, options?: Pick<PoolOptions, "logger">): ImapPool {
  return new ImapPool(limits, options);
}
