import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { MailError } from "@mailwright/core";
import {
  abortError,
  dial,
  onAbort,
  openSocket,
  requireSafeLogin,
  roundMs,
  startTls,
} from "@mailwright/core/internal";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { fromRefusal, fromWire } from "../smtp-error.js";
import { parseReply } from "../wire/smtp-reply.js";
import { WireTap } from "../wire/wire-tap.js";
import { logIn } from "./log-in.js";
import { NodemailerCalls } from "./nodemailer-calls.js";
import type { SmtpAccount } from "./smtp-account.js";
import { type SessionInfo, SmtpSession } from "./smtp-session.js";
import { Utf8Connection } from "./utf8-connection.js";

/** Whom a session belongs to, and who may give up on opening it. */
export interface OpenContext {
  readonly signal: AbortSignal;
  readonly connectionId: string;
  /** Told how far it is: `"connect"` at first, then `"greeting"`, `"ehlo"`, `"starttls"`, `"auth"`. */
  readonly onPhase: (phase: string) => void;
}

const NEVER_MS = 2 ** 31 - 1;

/** Connects, secures and logs in. Rejects with the phase it failed in, and leaves no socket behind then. */
export async function openSession(account: SmtpAccount, context: OpenContext): Promise<SmtpSession> {
  const { server, hostPolicy } = account;
  const { host, port } = server;
  const { signal, connectionId } = context;
  return dial({ host, port, protocol: "smtp", hostPolicy, signal }, async (address, connectSignal) => {
    if (account.credentials !== undefined) {
      const isEncrypted = server.security !== "none";
      requireSafeLogin({ server, address, isEncrypted, protocol: "smtp", connectionId });
    }
    const opened = await connect(address, account, { ...context, signal: connectSignal });
    return greet(account, opened, context);
  });
}

/** A socket that is connected, encrypted when the server's security is `"tls"`. */
interface OpenedSocket {
  readonly socket: Socket;
  readonly latencyMs: Record<string, number>;
}

async function connect(
  address: string,
  { server }: SmtpAccount,
  { signal, connectionId }: OpenContext,
): Promise<OpenedSocket> {
  const options = { server, protocol: "smtp", connectionId, signal } as const;
  const startedAt = performance.now();
  const plain = await openSocket(address, options);
  const connectedAt = performance.now();
  const latencyMs = { connect: roundMs(connectedAt - startedAt) };
  if (server.security !== "tls") return { socket: plain, latencyMs };
  const socket = await startTls(plain, "tls", options);
  return { socket, latencyMs: { ...latencyMs, tls: roundMs(performance.now() - connectedAt) } };
}

async function greet(account: SmtpAccount, opened: OpenedSocket, context: OpenContext): Promise<SmtpSession> {
  const { server, redactor } = account;
  const { signal, connectionId } = context;
  const tap = new WireTap(connectionId, redactor, account.transcript);
  const connection = createConnection(account, opened);
  const calls = new NodemailerCalls(connection);
  tap.attach(connection);
  let phase = "greeting";
  let doubt: MailError | undefined;
  context.onPhase(phase);
  tap.listener = {
    onCommand: (command) => {
      phase = phaseOf(command) ?? phase;
      context.onPhase(phase);
    },
    onReply: (text) => {
      const reply = parseReply(text);
      if (reply.kind === 0)
        doubt ??= fromRefusal(reply, { phase, host: server.host, port: server.port, connectionId });
    },
    onInjection: () => {
      doubt ??= injected(connectionId);
    },
  };
  const destroy = (): void => {
    calls.destroy();
    opened.socket.destroy();
  };
  const stopListening = onAbort(signal, destroy);
  const startedAt = performance.now();
  try {
    await calls.run((done) => connection.connect(done), { signal });
    const greetedAt = performance.now();
    if (server.security !== "none" && !connection.secure) throw notEncrypted(connectionId);
    const capabilities = capabilitiesOf(connection);
    if (doubt === undefined) await logIn(calls, capabilities, account, context);
    if (doubt !== undefined) throw doubt;
    const latencyMs: Record<string, number> = {
      ...opened.latencyMs,
      greeting: roundMs(greetedAt - startedAt),
    };
    if (account.credentials !== undefined) latencyMs["auth"] = roundMs(performance.now() - greetedAt);
    const info: SessionInfo = { connectionId, capabilities, tls: tlsOf(calls.socket), latencyMs };
    return new SmtpSession(calls, account, tap, info);
  } catch (thrown) {
    destroy();
    if (signal.aborted) throw abortError(signal, "smtp", phase);
    throw fromWire(thrown, { phase, host: server.host, port: server.port, connectionId }, redactor);
  } finally {
    stopListening();
  }
}

function createConnection(account: SmtpAccount, opened: OpenedSocket): Utf8Connection {
  const { server } = account;
  return new Utf8Connection({
    connection: opened.socket,
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    secured: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    tls: server.tls,
    lmtp: account.lmtp,
    name: account.clientName,
    // All waiting is bounded by deadlines of our own, which a drip of bytes does not reset.
    connectionTimeout: NEVER_MS,
    greetingTimeout: NEVER_MS,
    socketTimeout: NEVER_MS,
    socketCloseTimeout: 0,
    transactionLog: true,
  });
}

function phaseOf(command: string): string | undefined {
  const [verb = ""] = command.toUpperCase().split(" ", 1);
  if (verb === "EHLO" || verb === "HELO" || verb === "LHLO") return "ehlo";
  if (verb === "STARTTLS") return "starttls";
  return verb === "AUTH" ? "auth" : undefined;
}

function notEncrypted(connectionId: string): MailError {
  const details = { code: "tls", protocol: "smtp", phase: "starttls", connectionId } as const;
  return new MailError("The connection is not encrypted", details);
}

/** Whoever put bytes behind the answer to STARTTLS sits between the server and us: no login is sent. */
function injected(connectionId: string): MailError {
  const details = {
    code: "tls",
    protocol: "smtp",
    phase: "starttls",
    connectionBroken: true,
    connectionId,
  } as const;
  return new MailError("Something was said in clear after the answer to STARTTLS", details);
}

/** QUIRK: nodemailer 10.6 keeps the EHLO reply in a field that its types do not name; absent after HELO. */
function capabilitiesOf(connection: SMTPConnection): readonly string[] {
  const lines: unknown = Reflect.get(connection, "_ehloLines");
  return Array.isArray(lines) ? lines.filter((line) => typeof line === "string") : [];
}

function tlsOf(socket: Socket | undefined): SessionInfo["tls"] {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? "", cipher: socket.getCipher().name };
}
