import { Socket } from "node:net";
import { MailError } from "@mailwright/core";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpAccount } from "./smtp-account.js";

/** nodemailer's connection, as {@link greet} needs it. */
type ConnectionClass = typeof SMTPConnection;

const NEVER_MS = 2 ** 31 - 1;
/** The listeners of nodemailer's connection on its socket, by their events. */
const LISTENERS = [
  ["data", "_onSocketData"],
  ["error", "_onSocketError"],
  ["close", "_onSocketClose"],
  ["end", "_onSocketEnd"],
  ["timeout", "_onSocketTimeout"],
] as const;

/** Hears what nodemailer says and is told until the connection is taken over. */
export interface HandshakeListener {
  readonly onCommand: (command: string) => void;
  /** Complete replies only, lines separated by LF. */
  readonly onReply: (text: string) => void;
  /** Bytes came in clear behind the answer to STARTTLS; nodemailer has thrown them away. */
  readonly onInjection: () => void;
}

/** A connection that has been greeted, and encrypted as far as the account wants it. */
export interface GreetedConnection {
  readonly socket: Socket;
  readonly isEncrypted: boolean;
  /** Lines of the EHLO reply; none after HELO. */
  readonly capabilities: readonly string[];
  /** What came behind the EHLO reply, though nothing had been asked. */
  readonly unread: Buffer;
}

/** Loads nodemailer's connection; programs that never connect need not wait for it. */
export async function loadConnection(): Promise<ConnectionClass> {
  const { default: Connection } = await import("nodemailer/lib/smtp-connection");
  return Connection;
}

/**
 * Lets nodemailer greet the server, upgrade to TLS and say EHLO, and takes the socket away from it then. The only place
 * that knows nodemailer's insides: it looks at all of them each time, and rejects when they are not as they were.
 * Rejects with what nodemailer throws; `destroy` ends the waiting.
 */
export function greet(
  Connection: ConnectionClass,
  account: SmtpAccount,
  socket: Socket,
  listener: HandshakeListener,
): { readonly greeted: Promise<GreetedConnection>; readonly destroy: () => void } {
  const connection = createConnection(Connection, account, socket);
  listen(connection, listener);
  const greeted = new Promise<GreetedConnection>((resolve, reject) => {
    // QUIRK: nodemailer 10.6 never calls back from `connect()` when the connection is closed or lost meanwhile;
    // it only emits `error` or `end`. The listener stays, since an 'error' event without one ends the process.
    connection.on("error", reject);
    connection.once("end", () =>
      reject(Object.assign(new Error("Connection closed unexpectedly"), { code: "ECONNECTION" })),
    );
    connection.connect((error) => {
      if (error !== undefined && error !== null) return reject(error);
      try {
        resolve(takeOver(connection));
      } catch (thrown) {
        reject(thrown);
      }
    });
  });
  const destroy = (): void => {
    const { _socket: current } = connection;
    connection.close();
    if (current instanceof Socket) current.destroy();
    socket.destroy();
  };
  return { greeted, destroy };
}

function createConnection(Connection: ConnectionClass, account: SmtpAccount, socket: Socket): SMTPConnection {
  const { server } = account;
  return new Connection({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    secured: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    tls: server.tls,
    lmtp: account.lmtp,
    name: account.clientName,
    // All waiting is bounded by deadlines of our own, which a drip of bytes does not reset.
    connectionTimeout: NEVER_MS,
    greetingTimeout: NEVER_MS,
    socketTimeout: NEVER_MS,
    socketCloseTimeout: 0,
    transactionLog: true,
  });
}

/** Takes the place of the connection's logger; as an option it would be called through layers that format each line. */
function listen(connection: SMTPConnection, { onCommand, onReply, onInjection }: HandshakeListener): void {
  const ignore = (): void => {};
  const debug = (entry?: unknown, text?: unknown): void => {
    if (typeof entry !== "object" || entry === null || !("tnx" in entry) || typeof text !== "string") return;
    if (entry.tnx === "client") onCommand(text);
    // QUIRK: nodemailer 10.6 logs the unfinished reply of a connection that ends as if it were a reply.
    const { _socket: socket } = connection;
    if (entry.tnx === "server" && socket instanceof Socket && !socket.destroyed) onReply(text);
  };
  const warn = (entry?: unknown): void => {
    if (typeof entry === "object" && entry !== null && "discarded" in entry) onInjection();
  };
  connection.logger = { trace: ignore, debug, info: ignore, warn, error: ignore, fatal: ignore };
}

function takeOver(connection: SMTPConnection): GreetedConnection {
  const socket: unknown = Reflect.get(connection, "_socket");
  if (!(socket instanceof Socket)) throw changed("_socket");
  for (const [event, name] of LISTENERS) {
    const listener: unknown = Reflect.get(connection, name);
    const isListening = socket.rawListeners(event).some((one) => isFor(one, listener));
    if (typeof listener !== "function" || !isListening) throw changed(name);
    Reflect.apply(socket.off, socket, [event, listener]);
  }
  if (Reflect.get(connection, "_phaseTimer") !== false) throw changed("_phaseTimer");
  const actions: unknown = Reflect.get(connection, "_responseActions");
  if (!Array.isArray(actions) || actions.length > 0) throw changed("_responseActions");
  const unread = unreadOf(connection);
  const isEncrypted = connection.secure === true;
  socket.setTimeout(0);
  // Nothing is lost until the next listener comes.
  socket.pause();
  // What is left of nodemailer's connection is to have nothing to destroy.
  Reflect.set(connection, "_socket", false);
  if (Reflect.get(connection, "_socket") !== false) throw changed("_socket");
  return { socket, isEncrypted, capabilities: capabilitiesOf(connection), unread };
}

function isFor(registered: unknown, listener: unknown): boolean {
  if (registered === listener) return true;
  return typeof registered === "function" && "listener" in registered && registered.listener === listener;
}

function unreadOf(connection: SMTPConnection): Buffer {
  const queue: unknown = Reflect.get(connection, "_responseQueue");
  const rest: unknown = Reflect.get(connection, "_remainder");
  if (!Array.isArray(queue)) throw changed("_responseQueue");
  if (typeof rest !== "string") throw changed("_remainder");
  return Buffer.from([...queue.map(String), rest].join("\r\n"), "latin1");
}

/** Absent after HELO. */
function capabilitiesOf(connection: SMTPConnection): readonly string[] {
  const lines: unknown = Reflect.get(connection, "_ehloLines");
  if (lines === undefined) return [];
  if (!Array.isArray(lines)) throw changed("_ehloLines");
  return lines.map(String);
}

/** Nothing is to be sent by a library that has become another: better no mail than one whose fate is not known. */
function changed(name: string): MailError {
  return new MailError(
    `This version of nodemailer cannot be used: its SMTPConnection has no ${name} as 10.6 has it`,
    { code: "unsupported", protocol: "smtp", phase: "greeting", connectionBroken: true },
  );
}
