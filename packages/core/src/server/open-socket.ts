import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { isMailError, MailError, type MailProtocol } from "../errors/mail-error.js";
import { connectionClosed, fromSocketError } from "../errors/socket-error.js";
import { abortError, onAbort } from "../time/abort.js";
import type { ProxyServer } from "./proxy-server.js";
import type { ConnectHook, ConnectTarget, ResolvedServer } from "./server-options.js";

/** Where a socket goes, who may stop it, and who it is in errors. */
export interface OpenSocketOptions {
  readonly server: Pick<ResolvedServer, "host" | "port" | "tls" | "proxy" | "connect">;
  readonly protocol: MailProtocol;
  readonly connectionId: string;
  readonly signal: AbortSignal;
}

/**
 * Connects in clear to one address of the server, as {@link dial} gives it, through the proxy or by the hook where
 * there is one. Rejects in phase `"connect"`, or `"proxy"` for what the proxy itself refuses, and leaves no socket
 * behind then. An error that comes when nobody listens for one does not end the process.
 */
export async function openSocket(address: string, options: OpenSocketOptions): Promise<Socket> {
  const { port, proxy, connect } = options.server;
  if (connect !== undefined) return openByHook(connect, { host: address, port }, options);
  if (proxy !== undefined) return openByProxy(proxy, address, options);
  const socket = connectTcp({ host: address, port, noDelay: true }).on("error", ignore);
  await ready(socket, "connect", "connect", options);
  return socket;
}

/**
 * Starts TLS on a connected socket and checks the certificate against the server's name. The phase says
 * whether it comes first (`"tls"`) or was agreed on in clear (`"starttls"`). Destroys both sockets when it
 * rejects.
 */
export async function startTls(
  plain: Socket,
  phase: "tls" | "starttls",
  options: OpenSocketOptions,
): Promise<TLSSocket> {
  const { host, tls } = options.server;
  const socket = connectTls({ ...tls, host, socket: plain }).on("error", ignore);
  await ready(socket, "secureConnect", phase, options);
  return socket;
}

async function openByProxy(proxy: ProxyServer, host: string, options: OpenSocketOptions): Promise<Socket> {
  const { protocol, connectionId, signal, server } = options;
  const { host: proxyHost, port: proxyPort } = proxy;
  const askProxy =
    proxy.kind === "http"
      ? (await import("./http-connect.js")).connectByHttp
      : (await import("./socks5.js")).connectBySocks5;
  const socket = connectTcp({ host: proxyHost, port: proxyPort, noDelay: true }).on("error", ignore);
  const toProxy = { ...options, server: { host: proxyHost, port: proxyPort, tls: {} } };
  await ready(socket, "connect", "proxy", toProxy);
  const stopListening = onAbort(signal, () => socket.destroy());
  const target = { host, port: server.port, protocol, connectionId };
  try {
    await askProxy(socket, target, proxy.credentials);
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw abortError(signal, protocol, "connect");
    if (isMailError(error)) throw error;
    if (!(error instanceof Error)) throw error;
    throw fromSocketError(error, {
      protocol,
      phase: "proxy",
      host: proxyHost,
      port: proxyPort,
      connectionId,
    });
  } finally {
    stopListening();
  }
}

/** Settles when the signal fires, whatever the hook does; a socket that comes too late is destroyed. */
async function openByHook(
  connect: ConnectHook,
  target: ConnectTarget,
  { protocol, connectionId, signal }: OpenSocketOptions,
): Promise<Socket> {
  const failed = { protocol, phase: "connect", connectionId, retryable: true } as const;
  const given = Promise.resolve().then(() => connect(target, signal));
  let stopListening = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stopListening = onAbort(signal, () => reject(abortError(signal, protocol, "connect")));
  });
  try {
    const socket = await Promise.race([given, aborted]);
    if (typeof socket?.destroy !== "function" || typeof socket.write !== "function") {
      const message = "server.connect answers with a connected socket";
      throw new MailError(message, { code: "invalid-argument", protocol, phase: "connect" });
    }
    socket.on("error", ignore);
    if (socket.destroyed) throw connectionClosed({ ...failed, ...target });
    return socket;
  } catch (error) {
    if (signal.aborted) void given.then((late) => late.destroy()).catch(ignore);
    if (isMailError(error)) throw error;
    const cause = error instanceof Error ? error : new Error(String(error));
    throw fromSocketError(cause, { ...failed, ...target });
  } finally {
    stopListening();
  }
}

function ready(
  socket: Socket,
  event: "connect" | "secureConnect",
  phase: string,
  { server, protocol, connectionId, signal }: OpenSocketOptions,
): Promise<void> {
  const context = { protocol, phase, host: server.host, port: server.port, connectionId };
  return new Promise((resolve, reject) => {
    let stopListening = (): void => {};
    const settle = (): void => {
      stopListening();
      socket.off(event, succeed).off("error", failed).off("close", closed);
    };
    const succeed = (): void => {
      settle();
      resolve();
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const failed = (error: Error): void => fail(fromSocketError(error, context));
    const closed = (): void => fail(connectionClosed(context));
    socket.once(event, succeed).once("error", failed).once("close", closed);
    stopListening = onAbort(signal, () => fail(abortError(signal, protocol, phase)));
  });
}

function ignore(): void {}
