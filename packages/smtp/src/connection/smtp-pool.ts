import {
  type ConnectionFactory,
  ConnectionPool,
  isMailError,
  type Logger,
  type MailError,
  type PoolLimits,
  type PoolOptions,
  type PoolStats,
  withDeadline,
} from "@mailwright/core";
import { loggedOpening, resolvePoolLimits } from "@mailwright/core/internal";
import { asHostFailure, explainSilence } from "../smtp-error.js";
import { SMTP_POOL_DEFAULTS } from "../smtp-limits.js";
import { openSession } from "./open-session.js";
import type { SmtpPoolKey } from "./smtp-account.js";
import type { SmtpSession } from "./smtp-session.js";

const factory: ConnectionFactory<SmtpSession, SmtpPoolKey> = {
  protocol: "smtp",
  async open({ account }, signal, connectionId) {
    let phase = "connect";
    const onPhase = (next: string): void => {
      phase = next;
    };
    const open = (deadline: AbortSignal): Promise<SmtpSession> =>
      openSession(account, { signal: deadline, connectionId, onPhase });
    const { host, port } = account.server;
    const { security } = account.server;
    const opening = withDeadline(open, {
      serverName: `${host}:${port}`,
      timeoutMs: account.timeouts.connectMs,
      signal,
      protocol: "smtp",
      phase: () => phase,
      connectionId,
      retryable: true,
    }).catch((error: unknown) => {
      throw isMailError(error) ? explainSilence(error, security) : error;
    });
    account.connections += 1;
    return loggedOpening(opening, { protocol: "smtp", connectionId, logger: account.logger }).then(
      (session) => {
        session.link.onDestroyed = () => {
          account.connections -= 1;
        };
        return session;
      },
      (error: MailError) => {
        account.connections -= 1;
        throw account.connections === 0 ? asHostFailure(error) : error;
      },
    );
  },
  async isUsable(session, signal) {
    await session.reset(signal);
    return session.link.isClean;
  },
  close: (session, signal) => session.link.close(signal),
  isClean: (session) => session.link.isClean,
  holdProcess: (session, isHeld) => session.link.holdProcess(isHeld),
  onClosed: (session, listener) => {
    session.link.onClosed = listener;
  },
};

/** What the pool lends to sends. */
export type SmtpConnections = ConnectionPool<SmtpSession, SmtpPoolKey>;

/** The connections inside a pool; set where they can be seen. */
let inside: (pool: SmtpPool) => SmtpConnections;

/** A pool of SMTP connections that several clients share. */
export class SmtpPool implements AsyncDisposable {
  readonly #connections: SmtpConnections;

  static {
    inside = (pool) => pool.#connections;
  }

  /** By {@link createSmtpPool}. */
  constructor(limits?: PoolLimits, options: Pick<PoolOptions, "logger"> = {}) {
    this.#connections = createConnections(limits, options);
  }

  /** Figures of all its connections. */
  stats(): PoolStats {
    return this.#connections.stats();
  }

  /** Closes idle connections and, after at most `graceMs`, those in use; after the clients. */
  close(options?: { readonly graceMs?: number | undefined }): Promise<void> {
    return this.#connections.close(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A pool for the `pool` option of several clients; the caller closes it after them. */
export function createSmtpPool(limits?: PoolLimits, options?: Pick<PoolOptions, "logger">): SmtpPool {
  return new SmtpPool(limits, options);
}

/** The connections of a client: those of the pool that it was given, or its own under these limits. */
export function connectionsOf(pool: SmtpPool | PoolLimits | undefined, logger: Logger): SmtpConnections {
  return pool instanceof SmtpPool ? inside(pool) : createConnections(pool, { logger });
}

function createConnections(
  limits: PoolLimits | undefined,
  options: Pick<PoolOptions, "logger">,
): SmtpConnections {
  return new ConnectionPool(factory, resolvePoolLimits(limits, SMTP_POOL_DEFAULTS), options);
}
