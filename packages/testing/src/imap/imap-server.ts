import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import type { MailStore } from "../store/mail-store.js";
import { runDialogue } from "./dialogue/run-dialogue.js";
import type { ImapCapability } from "./session/imap-capabilities.js";
import { ImapConnection } from "./session/imap-connection.js";
import type { ImapServerOptions } from "./session/imap-server-options.js";
import { type ImapServerContext, ImapSession } from "./session/imap-session.js";

const DEFAULT_MAX_LITERAL_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_LINE_BYTES = 1024 * 1024;
const DEFAULT_AUTOLOGOUT_MS = 30 * 60_000;

/** What every server of this package is started with. */
export interface ImapServerSetup {
  readonly store: MailStore;
  /** PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  readonly host: string;
  readonly options: ImapServerOptions;
}

/** A listening server. */
export interface RunningImapServer {
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
  /** Cuts every connection and stops listening; resolves when all sockets are closed. */
  stop(): Promise<void>;
}

/** Serves a store over IMAP4rev1 (RFC 3501) and its extensions, on a plain and on a TLS port. */
export async function startImapServer({
  store,
  tls,
  host,
  options,
}: ImapServerSetup): Promise<RunningImapServer> {
  const context: ImapServerContext = {
    store,
    options,
    disabled: toDisabled(options.disable ?? []),
    secureContext: createSecureContext(tls),
    maxLiteralBytes: options.maxLiteralBytes ?? DEFAULT_MAX_LITERAL_BYTES,
    sessions: new Map(),
  };
  const open = new Set<Socket>();
  const accept = (socket: Socket): void => void serve(socket, context);
  const plain = createServer(accept);
  const secure = createTlsServer(tls, accept);
  for (const server of [plain, secure]) {
    // Not the TLS socket, which comes only after the handshake: a client may stop in the middle of it.
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    });
  }
  const [port, tlsPort] = await Promise.all([listen(plain, host), listen(secure, host)]);
  return {
    port,
    tlsPort,
    async stop(): Promise<void> {
      const closed = Promise.all(
        [plain, secure].map((server) => new Promise((resolve) => server.close(resolve))),
      );
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** What cannot work without a capability goes with it. */
const DEPENDENTS: readonly (readonly [ImapCapability, ImapCapability])[] = [
  ["CONDSTORE", "QRESYNC"],
  ["ESEARCH", "SEARCHRES"],
  ["LIST-EXTENDED", "LIST-STATUS"],
];

function toDisabled(names: readonly ImapCapability[]): Set<ImapCapability> {
  const dependents = DEPENDENTS.filter(([needed]) => names.includes(needed)).map(
    ([, dependent]) => dependent,
  );
  return new Set([...names, ...dependents]);
}

async function serve(socket: Socket, context: ImapServerContext): Promise<void> {
  const limits = {
    maxLineBytes: context.options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    maxLiteralBytes: context.maxLiteralBytes,
    takesNonSynchronizing: !context.disabled.has("LITERAL+"),
  };
  const connection = new ImapConnection(
    socket,
    limits,
    context.options.autologoutMs ?? DEFAULT_AUTOLOGOUT_MS,
    () => {
      connection.write("* BYE Disconnected for inactivity.\r\n");
      connection.end();
    },
  );
  const session = new ImapSession(connection, context);
  try {
    await runDialogue(session);
  } catch (error) {
    // A defect of this server ends the session in the open, not the process of the tests.
    session.untagged(`BYE [SERVERBUG] ${error instanceof Error ? error.message : "unknown"}`);
    connection.end();
  } finally {
    session.close();
    if (!connection.isEnded) connection.destroy();
  }
}

async function listen(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port");
  return address.port;
}
