import {
  type ConnectionFactory,
  ConnectionPool,
  loggedOpening,
  type MailError,
  type PoolLimits,
  resolvePoolLimits,
  withDeadline,
} from "@mailwright/core";
import { asHostFailure } from "../smtp-error.js";
import { SMTP_POOL_DEFAULTS } from "../smtp-options.js";
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
    const opening = withDeadline(open, {
      server: `${host}:${port}`,
      timeoutMs: account.timeouts.connectMs,
      signal,
      protocol: "smtp",
      phase: () => phase,
      connectionId,
      retryable: true,
    });
    account.connections += 1;
    return loggedOpening(opening, { protocol: "smtp", connectionId, logger: account.logger }).then(
      (session) => {
        session.onDestroyed = () => {
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
    return session.isClean;
  },
  close: (session) => session.close(),
  isClean: (session) => session.isClean,
  holdProcess: (session, isHeld) => session.holdProcess(isHeld),
  onClosed: (session, listener) => {
    session.onClosed = listener;
  },
};

/** A pool of SMTP connections that several clients share; the caller closes it after them. */
export function createSmtpPool(limits?: PoolLimits): ConnectionPool<SmtpSession, SmtpPoolKey> {
  return new ConnectionPool(factory, resolvePoolLimits(limits, SMTP_POOL_DEFAULTS));
}
