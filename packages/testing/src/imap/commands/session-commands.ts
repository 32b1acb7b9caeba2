import type { EnabledCapability, ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

const MAX_ID_FIELDS = 30;

/** CAPABILITY (RFC 3501 §6.1.1). */
export function capability(session: ImapSession, input: ImapArguments): string {
  input.end();
  session.untagged(`CAPABILITY ${session.capabilities()}`);
  return "OK Pre-login capabilities listed, post-login capabilities have more.";
}

/** NOOP and CHECK: a chance to be told news. */
export function noop(_session: ImapSession, input: ImapArguments): string {
  input.end();
  return "OK NOOP completed.";
}

/** LOGOUT (RFC 3501 §6.1.3). */
export function logOut(session: ImapSession, input: ImapArguments): string {
  input.end();
  session.untagged("BYE Logging out");
  session.isLoggedOut = true;
  return "OK Logout completed.";
}

/** ID (RFC 2971). */
export function id(session: ImapSession, input: ImapArguments): string {
  input.space();
  if (input.peek() === "(") {
    const fields = input.list(() => {
      input.string();
      input.space();
      input.nstring();
    });
    if (fields.length > MAX_ID_FIELDS) throw new ImapRefusal("BAD", "Too many ID fields");
  } else if (input.nstring() !== undefined) throw new ImapRefusal("BAD", "Expected a list or NIL");
  input.end();
  session.hasSentId = true;
  session.untagged('ID ("name" "Mailwright testing")');
  return "OK ID completed.";
}

const ENABLEABLE: ReadonlyMap<string, EnabledCapability> = new Map([
  ["CONDSTORE", "CONDSTORE"],
  ["QRESYNC", "QRESYNC"],
  ["IMAP4REV2", "IMAP4rev2"],
  ["UTF8=ACCEPT", "UTF8=ACCEPT"],
]);

/** ENABLE (RFC 5161); QRESYNC brings CONDSTORE along (RFC 7162 §3.2.3). */
export function enable(session: ImapSession, input: ImapArguments): string {
  const enabled: string[] = [];
  do {
    input.space();
    const name = ENABLEABLE.get(input.keyword());
    if (name === undefined || !session.offers(name)) continue;
    enabled.push(name);
    if (session.quirks.falseEnabled) continue;
    session.enabled.add(name);
    if (name === "QRESYNC") session.enabled.add("CONDSTORE");
  } while (!input.isAtEnd);
  if (!session.quirks.omitEnabled) session.untagged(["ENABLED", ...enabled].join(" "));
  return "OK Enabled.";
}

/** NAMESPACE (RFC 2342): one personal namespace at the root. */
export function namespace(session: ImapSession, input: ImapArguments): string {
  input.end();
  const { namespacePrefix = "" } = session.quirks;
  session.untagged(`NAMESPACE (("${namespacePrefix}" "${session.delimiter}")) NIL NIL`);
  return "OK Namespace completed.";
}

/** STARTTLS (RFC 3501 §6.2.1); the upgrade itself follows the answer. */
export function startTls(session: ImapSession, input: ImapArguments): string {
  input.end();
  if (session.connection.isSecure) throw new ImapRefusal("BAD", "TLS is already active.");
  if (session.account) throw new ImapRefusal("BAD", "Already logged in");
  return "OK Begin TLS negotiation now.";
}

/** COMPRESS (RFC 4978); everything behind the answer is compressed. */
export function compress(session: ImapSession, input: ImapArguments): string {
  input.space();
  if (input.keyword() !== "DEFLATE") throw new ImapRefusal("NO", "Unknown compression mechanism");
  input.end();
  if (session.connection.isCompressed) {
    throw new ImapRefusal("NO", "Compression is active already", "COMPRESSIONACTIVE");
  }
  return "OK Begin compression.";
}

/** IDLE (RFC 2177): changes are told as they happen, until DONE. */
export async function idle(session: ImapSession, input: ImapArguments): Promise<string> {
  input.end();
  const { connection } = session;
  connection.write("+ idling\r\n");
  if (!session.quirks.silentIdle) session.announcer.announce(true);
  connection.flush();
  session.isIdling = true;
  const cutAfterMs = session.quirks.closeIdleAfterMs;
  const cut = cutAfterMs === undefined ? undefined : setTimeout(() => connection.destroy(), cutAfterMs);
  const line = await connection.read(() => connection.input.takeContinuation());
  clearTimeout(cut);
  session.isIdling = false;
  if (line?.toUpperCase() !== "DONE") throw new ImapRefusal("BAD", "Expected DONE.");
  return "OK Idle completed.";
}
