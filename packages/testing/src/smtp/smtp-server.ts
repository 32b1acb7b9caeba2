import type { Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import type { SMTPServerOptions } from "smtp-server";
import type { Certificates } from "../certificates/certificates.js";
import { listenOnPair } from "../net/listen-on-pair.js";
import type { RunningServer } from "../net/running-server.js";
import type { SessionLogs } from "../net/session-log.js";
import type { AcceptedClient } from "../net/tcp-listener.js";
import { type Configurable, LiveOptions } from "../options/live-options.js";
import { liveView } from "../options/live-view.js";
import type { MailStore } from "../store/mail-store.js";
import type { AnsweringConnection } from "./answering-connection.js";
import { SmtpBackend, type SmtpBackendContext } from "./backend.js";
import { type AcceptedMessage, withParsedView } from "./delivery.js";
import { requireSmtpOptions, type SmtpFeature, type SmtpServerOptions } from "./smtp-server-options.js";

/** A running SMTP server, and what it accepted. */
export interface RunningSmtpServer
  extends RunningServer,
    Configurable<Pick<SmtpServerOptions, "answers" | "quirks">> {
  /** In the order in which they were accepted; with LMTP an entry for each recipient. */
  readonly messages: readonly AcceptedMessage[];
  /** Connections that clients opened so far. */
  readonly accepted: number;
  /** Forgets these messages, or all; what was delivered to accounts stays there. */
  deleteMessages(messages?: readonly AcceptedMessage[]): void;
  /** Empties `messages`, records nothing of what is on its way, and undoes `configure`. */
  reset(): void;
}

const MECHANISMS = [
  "PLAIN",
  "LOGIN",
  "CRAM-MD5",
  "XOAUTH2",
  "OAUTHBEARER",
  "SCRAM-SHA-256",
  "SCRAM-SHA-256-PLUS",
] as const;
const MAX_MESSAGE_BYTES = 25 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 300_000;

/**
 * Starts an SMTP submission server: accounts of the store log in, addresses of the store get their mail, unknown ones
 * in a domain of the store are refused, and mail to other domains is recorded.
 */
export async function startSmtpServer(setUp: {
  readonly store: MailStore;
  readonly tls: Certificates;
  readonly host?: string;
  readonly options?: SmtpServerOptions;
  /** Told of every message once it is in {@link RunningSmtpServer.messages}. */
  readonly onAccepted?: (message: AcceptedMessage) => void;
  /** Does not keep the process alive. @defaultValue false */
  readonly isUnref?: boolean;
  readonly logs?: SessionLogs;
}): Promise<RunningSmtpServer> {
  const {
    store,
    tls,
    host = "127.0.0.1",
    options = {},
    onAccepted = () => {},
    isUnref = false,
    logs,
  } = setUp;
  const live = new LiveOptions(options, ["answers", "quirks"], requireSmtpOptions);
  const messages: AcceptedMessage[] = [];
  let running: RunningServer | undefined;
  let accepted = 0;
  let generation = 0;
  const context: SmtpBackendContext = {
    store,
    answers: liveView(() => live.view.answers ?? {}),
    quirks: liveView(() => live.view.quirks ?? {}),
    extensions: options.disable?.includes("CHUNKING") ? [] : ["CHUNKING"],
    certificate: tls.cert,
    logs,
    isLmtp: options.lmtp === true,
    maxMessageBytes: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
    count: () => ++accepted,
    isCrowded: () => (running?.connections ?? 0) > (options.maxConnections ?? Number.POSITIVE_INFINITY),
    generation: () => generation,
    accepted: (unread) => {
      const message = withParsedView(unread);
      messages.push(message);
      onAccepted(message);
    },
  };
  const plainBackend = new SmtpBackend(
    toLibraryOptions(options, tls, { isSecure: false, isTrap: store.isTrap }),
    context,
  );
  const secureBackend = new SmtpBackend(
    toLibraryOptions(options, tls, { isSecure: true, isTrap: store.isTrap }),
    context,
  );
  const secureContext = createSecureContext({ key: tls.key, cert: tls.cert });

  const acceptSecure = (socket: Socket): AcceptedClient => {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    let connection: AnsweringConnection | undefined;
    secured.on("error", () => socket.destroy());
    secured.once("end", () => secured.end());
    secured.once("secure", () => {
      connection = secureBackend.connect(secured);
    });
    return {
      get user() {
        return connection?.user;
      },
    };
  };
  const acceptPlain = (socket: Socket): AcceptedClient => {
    socket.once("end", () => socket.end());
    return plainBackend.connect(socket);
  };
  running = await listenOnPair({
    host,
    ports: options,
    isUnref,
    accept: (socket, isSecure) => (isSecure ? acceptSecure(socket) : acceptPlain(socket)),
  });
  const pair = running;
  return {
    port: pair.port,
    tlsPort: pair.tlsPort,
    messages,
    get accepted() {
      return accepted;
    },
    get connections() {
      return pair.connections;
    },
    stop: () => pair.stop(),
    start: () => pair.start(),
    restart: () => pair.restart(),
    disconnect: (user) => pair.disconnect(user),
    configure: (changes) => live.configure(changes),
    deleteMessages: (deleted) => {
      const left = deleted === undefined ? [] : messages.filter((message) => !deleted.includes(message));
      messages.splice(0, messages.length, ...left);
    },
    reset: () => {
      live.restore();
      generation += 1;
      messages.length = 0;
    },
  };
}

function toLibraryOptions(
  options: SmtpServerOptions,
  tls: Certificates,
  { isSecure, isTrap }: { isSecure: boolean; isTrap: boolean },
): SMTPServerOptions {
  const disabled = new Set<SmtpFeature>(options.disable);
  const isLmtp = options.lmtp === true;
  const disabledCommands: string[] = [
    ...(disabled.has("AUTH") || isLmtp ? ["AUTH"] : []),
    ...(disabled.has("STARTTLS") ? ["STARTTLS"] : []),
    ...(disabled.has("CHUNKING") ? ["BDAT"] : []),
  ];
  return {
    key: tls.key,
    cert: tls.cert,
    secure: isSecure,
    name: "localhost",
    banner: "Mailwright testing",
    logger: false,
    lmtp: isLmtp,
    ...(disabled.has("SIZE") ? {} : { size: options.maxMessageBytes ?? MAX_MESSAGE_BYTES }),
    ...(options.maxRecipients === undefined ? {} : { maxRecipients: options.maxRecipients }),
    // SCRAM has the server prove that it knows the password, which a trap does not.
    authMethods: MECHANISMS.filter(
      (mechanism) => !disabled.has(mechanism) && !(isTrap && mechanism.startsWith("SCRAM")),
    ),
    authOptional: !(options.requireAuth ?? !isTrap),
    allowInsecureAuth: options.requireTls !== true,
    maxAllowedUnauthenticatedCommands: false,
    disabledCommands,
    hidePIPELINING: disabled.has("PIPELINING"),
    hide8BITMIME: disabled.has("8BITMIME"),
    hideSMTPUTF8: disabled.has("SMTPUTF8"),
    hideENHANCEDSTATUSCODES: disabled.has("ENHANCEDSTATUSCODES"),
    hideDSN: disabled.has("DSN"),
    hideREQUIRETLS: disabled.has("REQUIRETLS"),
    disableReverseLookup: true,
    socketTimeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
  };
}
