import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { MailProtocol } from "../errors/mail-error.js";
import { connectionClosed, fromSocketError } from "../errors/socket-error.js";
import { abortError, onAbort } from "../time/abort.js";
import type { ResolvedServer } from "./server-options.js";

/** Where a socket goes, who may stop it, and who it is in errors. */
export interface OpenSocketOptions {
  readonly server: Pick<ResolvedServer, "host" | "port" | "tls">;
  readonly protocol: MailProtocol;
  readonly connectionId: string;
  readonly signal: AbortSignal;
}

/**
 * Connects in clear to one address of the server, as {@link dial} gives it. Rejects in phase `"connect"` and
 * leaves no socket behind then. An error that comes when nobody listens for one does not end the process.
 */
export async function openSocket(address: string, options: OpenSocketOptions): Promise<Socket> {
  const { port } = options.server;
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
