import { createSecureContext } from "node:tls";
import type { Certificates } from "../certificates/certificates.js";
import { listenOnPair } from "../net/listen-on-pair.js";
import type { RunningServer } from "../net/running-server.js";
import type { SessionLogs } from "../net/session-log.js";
import { WireConnection } from "../net/wire-connection.js";
import { type Configurable, LiveOptions } from "../options/live-options.js";
import type { MailStore } from "../store/mail-store.js";
import { Pop3Capabilities } from "./capabilities.js";
import { MaildropLocks } from "./login.js";
import { type Pop3Behaviour, type Pop3ServerOptions, requirePop3Options } from "./pop3-server-options.js";
import { Pop3Session } from "./session.js";
import type { Pop3SessionContext } from "./session-context.js";

/** A running POP3 server. */
export interface RunningPop3Server extends RunningServer, Configurable<Pop3Behaviour> {
  /** Undoes `configure`. */
  reset(): void;
}

/** Starts a POP3 server over the INBOX of every account: RFC 1939, 2449, 2595, 3206, 5034, 6856. */
export async function startPop3Server(setUp: {
  readonly store: MailStore;
  readonly tls: Certificates;
  readonly host?: string;
  readonly options?: Pop3ServerOptions;
  /** Does not keep the process alive. @defaultValue false */
  readonly isUnref?: boolean;
  readonly logs?: SessionLogs;
}): Promise<RunningPop3Server> {
  const { store, tls, host = "127.0.0.1", options = {}, isUnref = false, logs } = setUp;
  const live = new LiveOptions(options, ["answer", "quirks"], requirePop3Options);
  const context: Pop3SessionContext = {
    store,
    options: live.view,
    capabilities: new Pop3Capabilities(options, store.isTrap),
    locks: new MaildropLocks(options.loginDelaySeconds ?? 0),
    secureContext: createSecureContext({ key: tls.key, cert: tls.cert }),
    certificate: tls.cert,
  };
  let running: RunningServer | undefined;
  running = await listenOnPair({
    host,
    ports: options,
    isUnref,
    accept: (socket, isSecure) => {
      const log = logs?.open("POP3");
      const wire = new WireConnection(
        socket,
        (bytes) => log?.client(bytes),
        (bytes) => log?.server(bytes),
      );
      const isCrowded =
        (running?.connections ?? 0) > (live.view.quirks?.maxConnections ?? Number.POSITIVE_INFINITY);
      const ready = isSecure ? wire.startTls(context.secureContext) : Promise.resolve();
      let session: Pop3Session | undefined;
      ready.then(
        () => {
          session = new Pop3Session(wire, context);
          return session.run(isCrowded);
        },
        () => wire.destroy(),
      );
      return {
        get user() {
          return session?.user;
        },
      };
    },
  });
  return Object.assign(running, {
    configure: (changes: Pop3Behaviour) => live.configure(changes),
    reset: () => live.restore(),
  });
}
