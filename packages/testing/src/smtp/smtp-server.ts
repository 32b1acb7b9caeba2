import { createSecureContext, TLSSocket } from "node:tls";
import type { SMTPServerOptions } from "smtp-server";
import type { Certificates } from "../certificates/certificates.js";
import type { RunningServer } from "../net/running-server.js";
import { TcpListener } from "../net/tcp-listener.js";
import type { MailStore } from "../store/mail-store.js";
import { SmtpBackend, type SmtpBackendContext } from "./backend.js";
import type { AcceptedMessage } from "./delivery.js";
import type { SmtpFeature, SmtpServerOptions } from "./smtp-server-options.js";

/** A running SMTP server, and what it accepted. */
export interface RunningSmtpServer extends RunningServer {
  /** In the order in which they were accepted; with LMTP an entry for each recipient. */
  readonly messages: readonly AcceptedMessage[];
  /** Connections that clients opened so far. */
  readonly accepted: number;
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
}): Promise<RunningSmtpServer> {
  const { store, tls, host = "127.0.0.1", options = {} } = setUp;
  const messages: AcceptedMessage[] = [];
  const listeners: TcpListener[] = [];
  let accepted = 0;
  const context: SmtpBackendContext = {
    store,
    answers: options.answers ?? {},
    quirks: options.quirks ?? {},
    extensions: options.disable?.includes("CHUNKING") ? [] : ["CHUNKING"],
    certificate: tls.cert,
    isLmtp: options.lmtp === true,
    maxMessageBytes: options.maxMessageBytes ?? MAX_MESSAGE_BYTES,
    count: () => ++accepted,
    isCrowded: () => {
      const open = listeners.reduce((sum, { connections }) => sum + connections, 0);
      return open > (options.maxConnections ?? Number.POSITIVE_INFINITY);
    },
    accepted: (message) => messages.push(message),
  };
  const plainBackend = new SmtpBackend(toLibraryOptions(options, tls, false), context);
  const secureBackend = new SmtpBackend(toLibraryOptions(options, tls, true), context);
  const secureContext = createSecureContext({ key: tls.key, cert: tls.cert });

  const plain = await TcpListener.listen(host, (socket) => {
    socket.once("end", () => socket.end());
    plainBackend.connect(socket);
  });
  const secure = await TcpListener.listen(host, (socket) => {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    secured.on("error", () => socket.destroy());
    secured.once("end", () => secured.end());
    secured.once("secure", () => secureBackend.connect(secured));
  });
  listeners.push(plain, secure);
  return {
    port: plain.port,
    tlsPort: secure.port,
    messages,
    get accepted() {
      return accepted;
    },
    stop: async () => {
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}

function toLibraryOptions(
  options: SmtpServerOptions,
  tls: Certificates,
  isSecure: boolean,
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
    authMethods: MECHANISMS.filter((mechanism) => !disabled.has(mechanism)),
    authOptional: options.requireAuth === false,
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
