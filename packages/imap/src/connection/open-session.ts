import { type Credentials, withDeadline } from "@mailwright/core";
import { dial, isIndirect, loggedOpening } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";
import { type ConnectTimings, DialAttempt, type DialProgress } from "./dial-attempt.js";
import type { ImapAccount } from "./imap-account.js";
import { loadImapFlow } from "./take-over.js";

/**
 * Looks the host up, connects, secures, logs in, and sees that the login holds. Rejects with `"dns"`,
 * `"forbidden"`, `"connection"`, `"tls"`, `"timeout"`, `"authentication"`, `"throttled"` or `"protocol"`.
 */
export async function openSession(
  account: ImapAccount,
  connectionId: string,
  signal?: AbortSignal,
  timings: ConnectTimings = {},
): Promise<ImapSession> {
  const opening = dialAndLogIn(account, connectionId, signal, timings, (attempt, ...to) =>
    attempt.openSession(...to),
  );
  const session = await loggedOpening(opening, { protocol: "imap", connectionId, logger: account.logger });
  session.onClosed(() => {
    account.logger.debug({ connectionId }, "IMAP connection closed");
  });
  return session;
}

/**
 * Opens one connection by attempts at the addresses of the host, with the credentials of the account, all under the
 * deadline for connecting.
 */
export async function dialAndLogIn<T>(
  account: ImapAccount,
  connectionId: string,
  signal: AbortSignal | undefined,
  timings: ConnectTimings,
  open: (
    attempt: DialAttempt,
    address: string,
    signal: AbortSignal,
    connectSignal: AbortSignal,
  ) => Promise<T>,
): Promise<T> {
  const { server, timeouts } = account.options;
  // Code that is read from the disk once does not count against the server.
  const createFlow = await loadImapFlow();
  const since = performance.now();
  const progress: DialProgress = { phase: () => "connect", timings, since };
  const shown = (): string => {
    const phase = progress.phase();
    // Who may not know what listens where learns nothing from how far it came.
    return account.hostPolicy !== undefined && BEFORE_LOGIN.has(phase) ? "connect" : phase;
  };
  return withDeadline(
    (abort) => {
      const { hostPolicy } = account;
      const { host, port } = server;
      const route = { isIndirect: isIndirect(server), signal: abort };
      const to = { host, port, protocol: "imap", hostPolicy, ...route } as const;
      const attempt = (credentials: Credentials | undefined): Promise<T> =>
        dial(to, (address, connectSignal) => {
          const one = new DialAttempt(account, connectionId, progress, credentials, createFlow);
          return open(one, address, abort, connectSignal);
        });
      return account.resolver === undefined ? attempt(undefined) : account.resolver.login(attempt, abort);
    },
    {
      timeoutMs: timeouts.connectMs,
      signal,
      protocol: "imap",
      phase: shown,
      serverName: `${server.host}:${server.port}`,
      connectionId,
      retryable: true,
    },
  );
}

const BEFORE_LOGIN = new Set(["connect", "tls", "starttls", "greeting"]);
