import { type Credentials, isMailError, MailError, withDeadline } from "@mailwright/core";
import {
  abortError,
  dial,
  loggedOpening,
  onAbort,
  requireSafeLogin,
  roundMs,
} from "@mailwright/core/internal";
import { ImapFlow } from "imapflow";
import { fromWire } from "../imap-error.js";
import { ImapSession } from "../session/imap-session.js";
import { ImapWire } from "../wire/imapflow-wire.js";
import { SessionRedactor } from "../wire/session-redactor.js";
import { atom } from "../wire/wire-argument.js";
import { awaitedPhase, connectPhase, isConnected } from "./connect-phase.js";
import { flowOptions } from "./flow-options.js";
import type { ImapAccount } from "./imap-account.js";

/** Milliseconds since the start of the dial, by what was reached. */
export type ConnectTimings = Record<string, number>;

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
  const { server, timeouts } = account.options;
  const since = performance.now();
  const progress: Progress = { phase: () => "connect", timings, since };
  const shown = (): string => {
    const phase = progress.phase();
    // Who may not know what listens where learns nothing from how far it came.
    return account.hostPolicy !== undefined && BEFORE_LOGIN.has(phase) ? "connect" : phase;
  };
  const opening = withDeadline(
    (abort) => {
      const to = { ...server, protocol: "imap", hostPolicy: account.hostPolicy, signal: abort } as const;
      const attempt = (credentials: Credentials | undefined): Promise<ImapSession> =>
        dial(to, (address, connectSignal) => {
          const one = new Dial(account, connectionId, progress);
          return one.open(address, credentials, abort, connectSignal);
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
  const session = await loggedOpening(opening, { protocol: "imap", connectionId, logger: account.logger });
  session.onClosed(() => {
    account.logger.debug({ connectionId }, "IMAP connection closed");
  });
  return session;
}

const BEFORE_LOGIN = new Set(["connect", "tls", "starttls", "greeting"]);

/** How far the opening of a connection has come. */
interface Progress {
  phase: () => string;
  readonly timings: ConnectTimings;
  readonly since: number;
}

/** One try to connect to one address: a new ImapFlow, since none may be used twice. */
class Dial {
  readonly #account: ImapAccount;
  readonly #connectionId: string;
  readonly #progress: Progress;
  #redactor = new SessionRedactor(undefined);

  constructor(account: ImapAccount, connectionId: string, progress: Progress) {
    this.#account = account;
    this.#connectionId = connectionId;
    this.#progress = progress;
  }

  async open(
    address: string,
    credentials: Credentials | undefined,
    signal: AbortSignal,
    connectSignal: AbortSignal,
  ): Promise<ImapSession> {
    const { options } = this.#account;
    const { host, port, security } = options.server;
    this.#redactor = new SessionRedactor(credentials);
    const connectionId = this.#connectionId;
    if (credentials !== undefined) {
      // ImapFlow logs in by itself, but not before TLS is in place where it is asked for.
      const isEncrypted = security !== "none";
      requireSafeLogin({ server: options.server, address, isEncrypted, protocol: "imap", connectionId });
    }
    const target = { address, credentials, connectionId, redactor: this.#redactor };
    const flow = new ImapFlow(flowOptions(this.#account, target));
    const wire = new ImapWire(flow);
    const { authMethod } = this.#account;
    if (authMethod !== undefined && authMethod !== "LOGIN-COMMAND") wire.requireSasl();
    let emitted: unknown;
    const takeError = (error: unknown): void => {
      emitted ??= error;
    };
    flow.on("error", takeError);
    const stopListening = onAbort(signal, () => flow.close());
    const stopWaiting = onAbort(connectSignal, () => {
      if (isConnected(flow)) return;
      emitted ??= abortError(connectSignal, "imap", "connect");
      flow.close();
    });
    try {
      this.#progress.phase = () => awaitedPhase(flow, wire, security);
      wire.onInvalidGreeting((line) => {
        emitted ??= this.#invalidGreeting(line);
        flow.close();
      });
      await flow.connect();
      this.#progress.timings["auth"] = roundMs(performance.now() - this.#progress.since);
      this.#checkSecurity(wire, credentials);
      const parts = { flow, wire, host, port, connectionId, redactor: this.#redactor };
      const { logger } = this.#account;
      const session = new ImapSession({ ...parts, logger, commandMs: options.timeouts.commandMs });
      flow.off("error", takeError);
      await confirm(session, signal);
      return session;
    } catch (thrown) {
      const phase = isMailError(thrown) ? (thrown.phase ?? "auth") : connectPhase(flow, wire, thrown);
      this.#progress.phase = () => phase;
      flow.close();
      throw fromWire(emitted !== undefined && !isMailError(thrown) ? emitted : thrown, {
        host,
        port,
        connectionId,
        redactor: this.#redactor,
        phase,
        isIdempotent: true,
        isSent: false,
        byeText: wire.byeText(),
      });
    } finally {
      stopListening();
      stopWaiting();
    }
  }

  #invalidGreeting(line: string): MailError {
    const { host, port } = this.#account.options.server;
    const text = this.#redactor.text(
      line
        .replaceAll(/[^\P{C} ]/gu, " ")
        .trim()
        .slice(0, 80),
    );
    return new MailError(`${host}:${port} does not speak IMAP: it greets with "${text}"`, {
      code: "protocol",
      protocol: "imap",
      phase: "greeting",
      connectionId: this.#connectionId,
      connectionBroken: true,
      server: { text },
    });
  }

  #checkSecurity(wire: ImapWire, credentials: Credentials | undefined): void {
    const { security } = this.#account.options.server;
    const details = { protocol: "imap", phase: "starttls", connectionBroken: true } as const;
    if (security !== "none" && !wire.isEncrypted()) {
      throw new MailError("The connection is not encrypted", { ...details, code: "tls" });
    }
    // A PREAUTH greeting makes somebody of us, but not the one that the caller named.
    if (credentials !== undefined && wire.isPreauthenticated()) {
      const message = "The server says who we are before we log in (PREAUTH)";
      throw new MailError(message, { ...details, code: "protocol", phase: "greeting" });
    }
  }
}

/**
 * A login counts when a command after it is answered. The fresh capabilities are used from then on:
 * servers may change them by the login. CONDSTORE is switched on where there is ENABLE.
 */
async function confirm(session: ImapSession, signal: AbortSignal): Promise<void> {
  await session.command("CAPABILITY", [], { signal, phase: "auth" });
  if (!session.can("ENABLE") || !session.can("CONDSTORE")) return;
  await session.command("ENABLE", [atom("CONDSTORE")], { signal }).catch((error: unknown) => {
    if (isMailError(error) && error.connectionBroken) throw error;
  });
}
