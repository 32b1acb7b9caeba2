import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

/** CREATE (RFC 3501 §6.3.3), with USE (RFC 6154 §3) and MAILBOXID (RFC 8474 §4.2). */
export function createMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  // A trailing delimiter declares that children will follow and is not part of the name.
  const path = readPath(session, input).replace(/\/$/, "");
  let specialUse: string | undefined;
  if (input.tryCharacter(" ")) {
    input.list(() => {
      if (input.keyword() !== "USE" || !session.offers("SPECIAL-USE")) {
        throw new ImapRefusal("BAD", "Unknown CREATE parameter");
      }
      input.space();
      [specialUse] = input.list(() => input.flag());
    });
  }
  input.end();
  const mailbox = account.createMailbox(path, specialUse);
  if (!session.offers("OBJECTID")) return "OK Create completed.";
  return `OK [MAILBOXID (${mailbox.mailboxId})] Create completed.`;
}

/** DELETE (RFC 3501 §6.3.4); sessions that have it selected lose it. */
export function deleteMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(session, input);
  input.end();
  account.deleteMailbox(path, session);
  return "OK Delete completed.";
}

/** RENAME (RFC 3501 §6.3.5). */
export function renameMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const from = readPath(session, input);
  const to = readPath(session, input);
  input.end();
  account.renameMailbox(from, to);
  return "OK Rename completed.";
}

/** SUBSCRIBE (RFC 3501 §6.3.6). */
export function subscribe(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(session, input);
  input.end();
  account.subscribe(path);
  return "OK Subscribe completed.";
}

/** UNSUBSCRIBE (RFC 3501 §6.3.7). */
export function unsubscribe(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(session, input);
  input.end();
  account.unsubscribe(path);
  return "OK Unsubscribe completed.";
}

function readPath(session: ImapSession, input: ImapArguments): string {
  input.space();
  return session.decodePath(input.astring());
}
