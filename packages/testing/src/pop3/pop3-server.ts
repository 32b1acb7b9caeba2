import { createSecureContext } from "node:tls";
import type { Certificates } from "../certificates/certificates.js";
import type { RunningServer } from "../net/running-server.js";
import { TcpListener } from "../net/tcp-listener.js";
import { WireConnection } from "../net/wire-connection.js";
import type { MailStore } from "../store/mail-store.js";
import { Pop3Capabilities } from "./capabilities.js";
import { MaildropLocks } from "./login.js";
import type { Pop3ServerOptions } from "./pop3-server-options.js";
import { Pop3Session, type Pop3SessionContext } from "./session.js";

/** Starts a POP3 server over the INBOX of every account: RFC 1939, 2449, 2595, 3206, 5034, 6856. */
export async function startPop3Server(setUp: {
  readonly store: MailStore;
  readonly tls: Certificates;
  readonly host?: string;
  readonly options?: Pop3ServerOptions;
}): Promise<RunningServer> {
  const { store, tls, host = "127.0.0.1", options = {} } = setUp;
  const context: Pop3SessionContext = {
    store,
    options,
    capabilities: new Pop3Capabilities(options),
    locks: new MaildropLocks(options.loginDelaySeconds ?? 0),
    secureContext: createSecureContext({ key: tls.key, cert: tls.cert }),
    certificate: tls.cert,
  };
  const listeners: TcpListener[] = [];
  const listen = async (isSecure: boolean): Promise<TcpListener> => {
    const listener = await TcpListener.listen(host, (socket) => {
      const wire = new WireConnection(socket);
      const open = listeners.reduce((sum, { connections }) => sum + connections, 0);
      const isCrowded = open > (options.quirks?.maxConnections ?? Number.POSITIVE_INFINITY);
      const ready = isSecure ? wire.startTls(context.secureContext) : Promise.resolve();
      ready.then(
        () => new Pop3Session(wire, context).run(isCrowded),
        () => wire.destroy(),
      );
    });
    listeners.push(listener);
    return listener;
  };
  const plain = await listen(false);
  const secure = await listen(true);
  return {
    port: plain.port,
    tlsPort: secure.port,
    stop: async () => {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}
