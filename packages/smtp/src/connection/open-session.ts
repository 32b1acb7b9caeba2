import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { MailError } from "@mailwright/core";
import {
  abortError,
  dial,
  isIndirect,
  onAbort,
  openSocket,
  requireSafeLogin,
  roundMs,
  startTls,
} from "@mailwright/core/internal";
import { fromRefusal, fromWire, redactReply } from "../smtp-error.js";
import { extensionsOf, sizeLimitOf } from "../wire/capabilities.js";
import { parseReply } from "../wire/smtp-reply.js";
import { logIn } from "./log-in.js";
import type { SmtpAccount } from "./smtp-account.js";
import { type SessionInfo, SmtpSession } from "./smtp-session.js";
import { SmtpWire } from "./smtp-wire.js";
import { greet, loadConnection } from "./take-over.js";

/** Whom a session belongs to, and who may give up on opening it. */
export interface OpenContext {
  readonly signal: AbortSignal;
  readonly connectionId: string;
  /** Told how far it is: `"connect"` at first, then `"greeting"`, `"ehlo"`, `"starttls"`, `"auth"`. */
  readonly onPhase: (phase: string) => void;
}

/** Connects, secures and logs in. Rejects with the phase it failed in, and leaves no socket behind then. */
export async function openSession(account: SmtpAccount, context: OpenContext): Promise<SmtpSession> {
  const { server, hostPolicy } = account;
  const { host, port } = server;
  const { signal, connectionId } = context;
  // Before there is a socket: none may be left without listeners while files are read.
  const Connection = await loadConnection();
  const to = { host, port, protocol: "smtp", hostPolicy, isIndirect: isIndirect(server), signal } as const;
  return dial(to, async (address, connectSignal) => {
    if (account.credentials !== undefined) {
      const isEncrypted = server.security !== "none";
      requireSafeLogin({ server, address, isEncrypted, protocol: "smtp", connectionId });
    }
    const opened = await connect(address, account, { ...context, signal: connectSignal });
    return converse(Connection, account, opened, context);
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

async function converse(
  Connection: Awaited<ReturnType<typeof loadConnection>>,
  account: SmtpAccount,
  opened: OpenedSocket,
  context: OpenContext,
): Promise<SmtpSession> {
  const { server, redactor } = account;
  const { signal, connectionId } = context;
  const { host, port } = server;
  let phase = "greeting";
  let greeting = "";
  let doubt: MailError | undefined;
  const enter = (next: string): void => {
    phase = next;
    context.onPhase(next);
  };
  const tell = (direction: "client" | "server", text: string): void =>
    account.transcript?.({ connectionId, direction, text: redactor.text(text) });
  enter("greeting");
  const { greeted, destroy } = greet(Connection, account, opened.socket, {
    onCommand: (command) => {
      tell("client", command);
      enter(phaseOf(command) ?? phase);
    },
    onReply: (text) => {
      tell("server", text);
      if (phase === "greeting") greeting = text;
      const reply = parseReply(text);
      if (reply.kind === 0)
        doubt ??= fromRefusal(redactReply(reply, redactor), { phase, host, port, connectionId });
    },
    onInjection: () => {
      doubt ??= injected(connectionId);
    },
  });
  const stopListening = onAbort(signal, destroy);
  const startedAt = performance.now();
  try {
    const { socket, isEncrypted, capabilities, unread } = await greeted;
    const wire = new SmtpWire(socket, { host, port, connectionId, redactor, transcript: account.transcript });
    const stopDestroying = onAbort(signal, () => socket.destroy());
    try {
      const greetedAt = performance.now();
      if (server.security !== "none" && !isEncrypted) throw notEncrypted(connectionId);
      const unasked = redactor.text(unread.toString("latin1").trim());
      if (unasked !== "")
        doubt ??= fromRefusal({ kind: 0, reply: { text: unasked } }, { phase, host, port, connectionId });
      if (doubt !== undefined) throw doubt;
      if (account.credentials !== undefined) enter("auth");
      await logIn(wire, capabilities, account, context);
      const latencyMs: Record<string, number> = {
        ...opened.latencyMs,
        greeting: roundMs(greetedAt - startedAt),
      };
      if (account.credentials !== undefined) latencyMs["auth"] = roundMs(performance.now() - greetedAt);
      return new SmtpSession(wire, account, {
        connectionId,
        greeting,
        capabilities,
        extensions: extensionsOf(capabilities),
        sizeLimit: sizeLimitOf(capabilities),
        tls: tlsOf(socket),
        latencyMs,
      });
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      stopDestroying();
    }
  } catch (thrown) {
    destroy();
    if (signal.aborted) throw abortError(signal, "smtp", phase);
    throw fromWire(thrown, { phase, host, port, connectionId }, redactor);
  } finally {
    stopListening();
  }
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

function tlsOf(socket: Socket): SessionInfo["tls"] {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? "", cipher: socket.getCipher().name };
}
