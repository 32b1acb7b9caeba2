import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { abortError, dial, fromSocketError, onAbort } from "@mailwright/core";
import type { Pop3Account } from "./pop3-account.js";

/** Where a socket goes, and who may stop it. */
export interface OpenSocketOptions {
  readonly account: Pop3Account;
  readonly connectionId: string;
  readonly signal: AbortSignal;
}

/** Connects to the account's server in clear; the policy sees the addresses first. */
export function openSocket(options: OpenSocketOptions): Promise<Socket> {
  const { account, signal } = options;
  const { host, port } = account.server;
  const { hostPolicy } = account;
  return dial({ host, port, protocol: "pop3", hostPolicy, signal }, async (address, connectSignal) => {
    const socket = connect({ host: address, port, noDelay: true }).on("error", ignore);
    await ready(socket, "connect", "connect", { ...options, signal: connectSignal });
    return socket;
  });
}

/** Starts TLS on a connected socket and checks the certificate. */
export async function secureSocket(
  plain: Socket,
  phase: string,
  options: OpenSocketOptions,
): Promise<TLSSocket> {
  const { host, tls } = options.account.server;
  const socket = connectTls({ host, ...tls, socket: plain }).on("error", ignore);
  await ready(socket, "secureConnect", phase, options);
  return socket;
}

function ready(
  socket: Socket,
  event: "connect" | "secureConnect",
  phase: string,
  { account, connectionId, signal }: OpenSocketOptions,
): Promise<void> {
  const { host, port } = account.server;
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stopListening();
      socket.off(event, succeed).off("error", fail).off("close", end);
    };
    const succeed = (): void => {
      settle();
      resolve();
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(fromSocketError(error, { protocol: "pop3", phase, host, port, connectionId }));
    };
    const end = (): void => fail(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    let stopListening = (): void => {};
    const abort = (): void => {
      settle();
      socket.destroy();
      reject(abortError(signal, "pop3", phase));
    };
    socket.once(event, succeed).once("error", fail).once("close", end);
    stopListening = onAbort(signal, abort);
  });
}

/** An `'error'` that comes when nobody waits for one must not end the process. */
function ignore(): void {}
