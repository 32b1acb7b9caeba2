import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  abortError,
  fromSocketError,
  onAbort,
  type ResolvedServer,
  roundMs,
} from "@mailwright/core/internal";

/** A socket that is connected, encrypted when the server's security is `"tls"`. */
export interface OpenedSocket {
  readonly socket: Socket;
  readonly connectMs: number;
  /** Duration of the handshake, when there was one. */
  readonly tlsMs?: number;
}

/** Connects to one address. Rejects with phase `"connect"` or `"tls"`; leaves no socket behind then. */
export async function openSocket(
  address: string,
  server: ResolvedServer,
  context: { readonly signal: AbortSignal; readonly connectionId: string },
): Promise<OpenedSocket> {
  const startedAt = performance.now();
  const tcp = connectTcp({ host: address, port: server.port, noDelay: true });
  await settle(tcp, "connect", "connect", server, context);
  const connectedAt = performance.now();
  const connectMs = roundMs(connectedAt - startedAt);
  if (server.security !== "tls") return { socket: tcp, connectMs };
  const encrypted = connectTls({ ...server.tls, host: server.host, socket: tcp });
  await settle(encrypted, "secureConnect", "tls", server, context);
  return { socket: encrypted, connectMs, tlsMs: roundMs(performance.now() - connectedAt) };
}

function settle(
  socket: Socket,
  event: "connect" | "secureConnect",
  phase: "connect" | "tls",
  server: ResolvedServer,
  context: { readonly signal: AbortSignal; readonly connectionId: string },
): Promise<void> {
  const { host, port } = server;
  const { signal, connectionId } = context;
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      finish();
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error): void =>
      fail(fromSocketError(error, { protocol: "smtp", phase, host, port, connectionId, retryable: true }));
    const onClose = (): void => onError(new Error("closed by the server"));
    const finish = (): void => {
      stopListening();
      socket.off(event, onReady).off("error", onError).off("close", onClose);
      // A socket that fails late, while it is handed on or torn down, must not end the process.
      socket.on("error", () => {});
    };
    const onReady = (): void => {
      finish();
      resolve();
    };
    socket.once(event, onReady).once("error", onError).once("close", onClose);
    const stopListening = onAbort(signal, () => fail(abortError(signal, "smtp", phase)));
  });
}
