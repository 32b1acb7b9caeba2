import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { listenOnPair } from "../net/listen-on-pair.js";
import type { RunningServer } from "../net/running-server.js";
import type { SessionLogs } from "../net/session-log.js";
import type { AcceptedClient } from "../net/tcp-listener.js";
import { WireConnection } from "../net/wire-connection.js";
import { type Configurable, LiveOptions } from "../options/live-options.js";
import type { MailStore } from "../store/mail-store.js";
import { runDialogue } from "./dialogue/run-dialogue.js";
import { type ImapCapability, optionalCapabilities, partsOfRev2 } from "./session/imap-capabilities.js";
import { ImapConnection } from "./session/imap-connection.js";
import {
  type ImapBehaviour,
  type ImapServerOptions,
  requireImapOptions,
} from "./session/imap-server-options.js";
import { type ImapServerContext, ImapSession } from "./session/imap-session.js";

const DEFAULT_MAX_LITERAL_BYTES = 64 * 1024 * 1024;
const MAX_LITERAL_BYTES_BEFORE_LOGIN = 8192;
const DEFAULT_MAX_LINE_BYTES = 1024 * 1024;
const DEFAULT_AUTOLOGOUT_MS = 30 * 60_000;

/** A running IMAP server. */
export interface RunningImapServer extends RunningServer, Configurable<ImapBehaviour> {
  /** Undoes `configure`. */
  reset(): void;
}

/** Serves a store over IMAP4rev1 (RFC 3501) and its extensions, on a plain and on a TLS port. */
export async function startImapServer(setUp: {
  readonly store: MailStore;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  readonly host?: string;
  readonly options?: ImapServerOptions;
  /** Does not keep the process alive. @defaultValue false */
  readonly isUnref?: boolean;
  readonly logs?: SessionLogs;
}): Promise<RunningImapServer> {
  const { store, tls, host = "127.0.0.1", options = {}, isUnref = false, logs } = setUp;
  const live = new LiveOptions(options, ["answer", "quirks"], requireImapOptions);
  const context: ImapServerContext = {
    store,
    options: live.view,
    disabled: toDisabled(options, store.isTrap),
    secureContext: createSecureContext({ key: tls.key, cert: tls.cert }),
    certificate: tls.cert,
    maxLiteralBytes: options.maxLiteralBytes ?? DEFAULT_MAX_LITERAL_BYTES,
    sessions: new Map(),
    logs,
  };
  let running: RunningServer | undefined;
  const accept = (socket: Socket, isSecure: boolean): AcceptedClient => {
    const { maxConnections = Number.POSITIVE_INFINITY, maxConnectionsAnswer } = live.view.quirks ?? {};
    if (maxConnectionsAnswer === "close" && (running?.connections ?? 0) > maxConnections) socket.destroy();
    return serve(socket, isSecure, context);
  };
  running = await listenOnPair({ host, ports: options, isUnref, accept });
  return Object.assign(running, {
    configure: (changes: ImapBehaviour) => live.configure(changes),
    reset: () => live.restore(),
  });
}

/** What cannot work without a capability goes with it. */
const DEPENDENTS: readonly (readonly [ImapCapability, ImapCapability])[] = [
  ["CONDSTORE", "QRESYNC"],
  ["ESEARCH", "SEARCHRES"],
  ["LIST-EXTENDED", "LIST-STATUS"],
  ["ENABLE", "UTF8=ACCEPT"],
  ...partsOfRev2.map((part) => [part, "IMAP4rev2"] as const),
];

function toDisabled({ disable = [], enable = [] }: ImapServerOptions, isTrap: boolean): Set<ImapCapability> {
  const dependents = DEPENDENTS.filter(([needed]) => disable.includes(needed)).map(
    ([, dependent]) => dependent,
  );
  const unasked = optionalCapabilities.filter((name) => !enable.includes(name));
  // SCRAM has the server prove that it knows the password, which a trap does not.
  const unproved = isTrap ? (["AUTH=SCRAM-SHA-256", "AUTH=SCRAM-SHA-256-PLUS"] as const) : [];
  return new Set([...disable, ...dependents, ...unasked, ...unproved]);
}

function serve(socket: Socket, isSecure: boolean, context: ImapServerContext): AcceptedClient {
  const wire = new WireConnection(socket);
  const limits = {
    maxLineBytes: context.options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    get maxLiteralBytes() {
      return session.account ? context.maxLiteralBytes : MAX_LITERAL_BYTES_BEFORE_LOGIN;
    },
    takesNonSynchronizing: !context.disabled.has("LITERAL+"),
  };
  const connection = new ImapConnection(wire, limits, context.logs?.open("IMAP"));
  const session = new ImapSession(connection, context);
  wire.limitIdleTime(context.options.autologoutMs ?? DEFAULT_AUTOLOGOUT_MS, () => {
    connection.write("* BYE Disconnected for inactivity.\r\n");
    connection.end();
  });
  const ready = isSecure ? wire.startTls(context.secureContext) : Promise.resolve();
  ready.then(
    () => converse(session),
    () => connection.destroy(),
  );
  return {
    get user() {
      return session.account?.user;
    },
  };
}

async function converse(session: ImapSession): Promise<void> {
  try {
    await runDialogue(session);
  } catch (error) {
    // A defect of this server ends the session in the open, not the process of the tests.
    session.untagged(`BYE [SERVERBUG] ${error instanceof Error ? error.message : "unknown"}`);
  } finally {
    session.close();
    session.connection.end();
  }
}
