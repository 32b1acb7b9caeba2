import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { decodeMailboxName } from "../syntax/mailbox-name.js";
import { ImapRefusal } from "../syntax/refusal.js";

/** CREATE (RFC 3501 §6.3.3), with USE (RFC 6154 §3) and MAILBOXID (RFC 8474 §4.2). */
export function createMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  // A trailing delimiter declares that children will follow and is not part of the name.
  const path = readPath(input).replace(/\/$/, "");
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

/** DELETE (RFC 3501 §6.3.4); sessions that have it selected keep their view of it. */
export function deleteMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(input);
  input.end();
  account.deleteMailbox(path);
  return "OK Delete completed.";
}

/** RENAME (RFC 3501 §6.3.5). */
export function renameMailbox(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const from = readPath(input);
  const to = readPath(input);
  input.end();
  account.renameMailbox(from, to);
  return "OK Rename completed.";
}

/** SUBSCRIBE (RFC 3501 §6.3.6). */
export function subscribe(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(input);
  input.end();
  account.subscriptions.add(account.find(path)?.path ?? path);
  return "OK Subscribe completed.";
}

/** UNSUBSCRIBE (RFC 3501 §6.3.7). */
export function unsubscribe(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const path = readPath(input);
  input.end();
  account.subscriptions.delete(account.find(path)?.path ?? path);
  return "OK Unsubscribe completed.";
}

function readPath(input: ImapArguments): string {
  input.space();
  return decodeMailboxName(input.astring());
}
