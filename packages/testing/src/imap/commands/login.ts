import { saslMechanisms } from "../../sasl/sasl-server.js";
import type { MailAccount } from "../../store/mail-account.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

const MECHANISM = /[A-Za-z0-9_-]+/y;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** LOGIN (RFC 3501 §6.2.3). */
export function logIn(session: ImapSession, input: ImapArguments): string {
  requireSecurity(session);
  input.space();
  const user = input.astring();
  input.space();
  const password = input.astring();
  input.end();
  return finish(session, session.server.store.authenticate(user, password));
}

/** AUTHENTICATE, with an initial response where SASL-IR is offered (RFC 4959). */
export async function authenticate(session: ImapSession, input: ImapArguments): Promise<string> {
  input.space();
  const name = (input.tryMatch(MECHANISM) ?? "").toUpperCase();
  const mechanism = saslMechanisms.get(name);
  if (!mechanism || !session.offersMechanism(name)) {
    throw new ImapRefusal("NO", "Unsupported authentication mechanism.");
  }
  requireSecurity(session);
  let initial: Buffer | undefined;
  if (!input.isAtEnd) {
    if (!session.offers("SASL-IR")) throw new ImapRefusal("BAD", "Initial response not supported");
    input.space();
    const word = input.rest();
    initial = word === "=" ? Buffer.alloc(0) : decodeBase64(word);
  }
  const { connection, server } = session;
  const exchange = async (challenge: string): Promise<Buffer> => {
    connection.write(`+ ${Buffer.from(challenge).toString("base64")}\r\n`);
    connection.flush();
    const line = await connection.read(() => connection.input.takeContinuation());
    if (line === undefined) throw new ImapRefusal("NO", "Connection closed");
    if (line === "*") throw new ImapRefusal("BAD", "Authentication aborted by client.");
    return decodeBase64(line);
  };
  const isBound = session.offersMechanism("SCRAM-SHA-256-PLUS");
  const channelBindings = isBound ? connection.channelBindings(server.certificate) : new Map();
  const account = await mechanism({ store: server.store, initial, exchange, channelBindings });
  return finish(session, account);
}

function decodeBase64(text: string): Buffer {
  if (!BASE64.test(text)) throw new ImapRefusal("BAD", "Invalid base64 data in initial response");
  return Buffer.from(text, "base64");
}

function requireSecurity(session: ImapSession): void {
  if (session.server.options.requireTls && !session.connection.isSecure) {
    throw new ImapRefusal(
      "NO",
      "Plaintext authentication disallowed on non-secure connections.",
      "PRIVACYREQUIRED",
    );
  }
}

function finish(session: ImapSession, account: MailAccount | undefined): string {
  if (!account) throw new ImapRefusal("NO", "Authentication failed.", "AUTHENTICATIONFAILED");
  requireFreeConnection(session, account);
  session.logIn(account);
  if (session.quirks.omitLoginCapabilities) return "OK Logged in";
  return `OK [CAPABILITY ${session.capabilities()}] Logged in`;
}

function requireFreeConnection(session: ImapSession, account: MailAccount): void {
  const { maxConnections, maxConnectionsAnswer = "limit" } = session.quirks;
  const open = session.server.sessions.get(account.user)?.size ?? 0;
  if (maxConnections === undefined || open < maxConnections || maxConnectionsAnswer === "close") return;
  const text = "Maximum number of connections from user+IP exceeded";
  if (maxConnectionsAnswer === "alert") {
    throw new ImapRefusal("NO", "Too many simultaneous connections. (Failure)", "ALERT");
  }
  if (maxConnectionsAnswer === "bye") {
    session.untagged(`BYE [UNAVAILABLE] ${text}`);
    session.isLoggedOut = true;
  }
  throw new ImapRefusal("NO", text, "LIMIT");
}
