import type { Socket } from "node:net";
import type { ListenOptions, RunningServer } from "./running-server.js";
import { type AcceptedClient, TcpListener } from "./tcp-listener.js";

/** How the two ports of a server are opened, and who takes their connections. */
export interface ListenerPairSetup {
  readonly host: string;
  readonly ports: ListenOptions;
  /** Does not keep the process alive. */
  readonly isUnref: boolean;
  accept(socket: Socket, isSecure: boolean): AcceptedClient;
}

/** Opens the plain and the TLS port of one server, which are closed, cut and opened again together. */
export async function listenOnPair(setUp: ListenerPairSetup): Promise<RunningServer> {
  const plain = await listen(setUp, false);
  let secure: TcpListener;
  try {
    secure = await listen(setUp, true);
  } catch (error) {
    await plain.stop();
    throw error;
  }
  const listeners = [plain, secure];
  const stop = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.stop()));
  };
  const start = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.accept()));
  };
  return {
    port: plain.port,
    tlsPort: secure.port,
    get connections() {
      return plain.connections + secure.connections;
    },
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
    async disconnect(user) {
      const cut = await Promise.all(listeners.map((listener) => listener.disconnect(user)));
      return cut.reduce((sum, count) => sum + count, 0);
    },
  };
}

function listen(
  { host, ports, isUnref, accept }: ListenerPairSetup,
  isSecure: boolean,
): Promise<TcpListener> {
  const port = (isSecure ? ports.tlsPort : ports.port) ?? 0;
  return TcpListener.listen(host, (socket) => accept(socket, isSecure), { port, isUnref });
}
