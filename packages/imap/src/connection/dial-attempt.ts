import { type Credentials, isMailError, MailError } from "@mailwright/core";
import {
  abortError,
  isIndirect,
  onAbort,
  openSocket,
  requireSafeLogin,
  roundMs,
} from "@mailwright/core/internal";
import type { ImapFlow } from "imapflow";
import { fromWire } from "../imap-error.js";
import { ImapSession } from "../session/imap-session.js";
import { ImapWire } from "../session/imap-wire.js";
import { authMechanismsOf } from "../wire/answers/capabilities.js";
import { SessionRedactor } from "../wire/session-redactor.js";
import { beginSession } from "./begin-session.js";
import { awaitedPhase, connectPhase } from "./connect-phase.js";
import { flowOptions } from "./flow-options.js";
import type { ImapAccount } from "./imap-account.js";
import { logIn } from "./log-in.js";
import { type FlowFactory, FlowTakeOver, type TakenConnection } from "./take-over.js";

/** Milliseconds since the start of the dial, by what was reached. */
export type ConnectTimings = Record<string, number>;

/** How far the opening of a connection has come. */
export interface DialProgress {
  phase: () => string;
  readonly timings: ConnectTimings;
  readonly since: number;
}

/** One try to connect to one address: a new ImapFlow, since none may be used twice. */
export class DialAttempt {
  readonly #account: ImapAccount;
  readonly #connectionId: string;
  readonly #progress: DialProgress;
  readonly #redactor: SessionRedactor;
  readonly #credentials: Credentials | undefined;
  readonly #createFlow: FlowFactory;

  constructor(
    account: ImapAccount,
    connectionId: string,
    progress: DialProgress,
    credentials: Credentials | undefined,
    createFlow: FlowFactory,
  ) {
    this.#createFlow = createFlow;
    this.#account = account;
    this.#connectionId = connectionId;
    this.#progress = progress;
    this.#redactor = new SessionRedactor(credentials);
    this.#credentials = credentials;
  }

  /** A session of our own on the socket that ImapFlow dialled. */
  openSession(address: string, signal: AbortSignal, connectSignal: AbortSignal): Promise<ImapSession> {
    return this.#dial(address, signal, connectSignal, async (_flow, takeOver) => {
      await takeOver.connectOnly();
      const taken = takeOver.take();
      const session = await this.#logIn(taken, signal);
      takeOver.release();
      const hasToldCapabilities = session.wire.capabilities !== taken.capabilities;
      const options = { isCompressed: this.#account.compress, hasToldCapabilities, signal };
      await beginSession(session, options).catch((error: unknown) => {
        session.destroy();
        throw error;
      });
      return session;
    });
  }

  /** An ImapFlow that is logged in, by our login. */
  openFlow(address: string, signal: AbortSignal, connectSignal: AbortSignal): Promise<ImapFlow> {
    return this.#dial(address, signal, connectSignal, async (flow, takeOver) => {
      await takeOver.connectWith(async (taken) => {
        const session = await this.#logIn(taken, signal);
        session.wire.detach();
      });
      return flow;
    });
  }

  async #dial<T>(
    address: string,
    signal: AbortSignal,
    connectSignal: AbortSignal,
    work: (flow: ImapFlow, takeOver: FlowTakeOver) => Promise<T>,
  ): Promise<T> {
    const { server } = this.#account.options;
    const { host, port, security } = server;
    const connectionId = this.#connectionId;
    if (this.#credentials !== undefined) {
      // Whether TLS is in place is looked at again before the login.
      const isEncrypted = security !== "none";
      requireSafeLogin({ server, address, isEncrypted, protocol: "imap", connectionId });
    }
    const route = { server, protocol: "imap", connectionId, signal: connectSignal } as const;
    const given = isIndirect(server) ? await openSocket(address, route) : undefined;
    const target = { address, connectionId, redactor: this.#redactor, given };
    const flow = this.#createFlow(flowOptions(this.#account, target));
    const takeOver = new FlowTakeOver(flow, security === "tls" ? undefined : given);
    let emitted: unknown;
    flow.on("error", (error: unknown) => {
      emitted ??= error;
    });
    const stopListening = onAbort(signal, () => flow.close());
    const stopWaiting = onAbort(connectSignal, () => {
      if (takeOver.isConnected) return;
      emitted ??= abortError(connectSignal, "imap", "connect");
      flow.close();
    });
    try {
      this.#progress.phase = () => awaitedPhase(takeOver, security);
      takeOver.onInvalidGreeting((line) => {
        emitted ??= this.#invalidGreeting(line);
        flow.close();
      });
      return await work(flow, takeOver);
    } catch (thrown) {
      const phase = isMailError(thrown) ? (thrown.phase ?? "auth") : connectPhase(takeOver, thrown);
      this.#progress.phase = () => phase;
      flow.close();
      given?.destroy();
      throw fromWire(emitted !== undefined && !isMailError(thrown) ? emitted : thrown, {
        host,
        port,
        connectionId,
        redactor: this.#redactor,
        phase,
        isIdempotent: true,
        isSent: false,
        byeText: takeOver.byeText,
      });
    } finally {
      stopListening();
      stopWaiting();
    }
  }

  /** A session that is logged in, and has said nothing else. */
  async #logIn(taken: TakenConnection, signal: AbortSignal): Promise<ImapSession> {
    const { options, clientInfo, logger, authMethod, transcript } = this.#account;
    const { host, port } = options.server;
    const connectionId = this.#connectionId;
    const redactor = this.#redactor;
    const { capabilities, rest, tls, binding } = taken;
    const wire = new ImapWire(taken.socket, {
      limits: options.limits,
      connectionId,
      redactor,
      transcript,
      capabilities,
      rest,
    });
    const security = { tls, authMechanisms: authMechanismsOf(capabilities.keys()) };
    const { commandMs } = options.timeouts;
    const parts = { wire, security, clientInfo, host, port, connectionId, redactor, logger, commandMs };
    const session = new ImapSession(parts);
    const stopListening = onAbort(signal, () => session.destroy());
    try {
      this.#checkSecurity(taken);
      if (this.#credentials !== undefined) {
        await logIn(session, this.#credentials, { host, port, authMethod, binding, signal });
      }
      this.#progress.timings["auth"] = roundMs(performance.now() - this.#progress.since);
      return session;
    } catch (error) {
      session.destroy();
      throw error;
    } finally {
      stopListening();
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

  #checkSecurity({ isEncrypted, isPreauthenticated }: TakenConnection): void {
    const { security } = this.#account.options.server;
    const details = { protocol: "imap", phase: "starttls", connectionBroken: true } as const;
    if (security !== "none" && !isEncrypted) {
      throw new MailError("The connection is not encrypted", { ...details, code: "tls" });
    }
    // A PREAUTH greeting makes somebody of us, but not the one that the caller named.
    if (this.#credentials !== undefined && isPreauthenticated) {
      const message =
        "The server says who we are before we log in (PREAUTH): leave the credentials out if that is meant";
      throw new MailError(message, { ...details, code: "protocol", phase: "greeting" });
    }
  }
}
