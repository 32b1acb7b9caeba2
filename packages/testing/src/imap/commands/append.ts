import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { formatNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { parseDateTime } from "../syntax/text.js";
import { requireKnownFlags } from "./store.js";

interface AppendedMessage {
  readonly raw: Buffer;
  readonly options: { readonly flags: string[]; readonly internalDate?: Date };
}

/** APPEND (RFC 3501 §6.3.11) with APPENDUID (RFC 4315 §3), of several messages or none of them (RFC 3502). */
export function append(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const path = session.decodePath(input.astring());
  const messages: AppendedMessage[] = [];
  do {
    input.space();
    messages.push(readMessage(session, input));
  } while (!input.isAtEnd && session.offers("MULTIAPPEND"));
  input.end();
  // A literal of no bytes takes the command back (RFC 3502 §6.3.11).
  if (messages.some(({ raw }) => raw.length === 0))
    throw new ImapRefusal("NO", "Can't save a zero byte message.");
  const mailbox = account.find(path);
  if (!mailbox) throw new ImapRefusal("NO", `Mailbox doesn't exist: ${path}`, "TRYCREATE");
  const stored = account.deliverAll(mailbox, messages);
  if (!session.offers("UIDPLUS")) return "OK Append completed.";
  const uidValidity = session.quirks.uidValidity === "zero" ? 0 : mailbox.uidValidity;
  const uids = formatNumberSet(stored.map(({ uid }) => uid));
  return `OK [APPENDUID ${uidValidity} ${uids}] Append completed.`;
}

function readMessage(session: ImapSession, input: ImapArguments): AppendedMessage {
  const flags = input.peek() === "(" ? readFlagList(input) : [];
  const internalDate = input.peek() === '"' ? readDate(input) : undefined;
  return { raw: readLiteral(session, input), options: { flags, ...(internalDate ? { internalDate } : {}) } };
}

/** With UTF8=ACCEPT a message with 8-bit headers comes as `UTF8 (~{n}…)` (RFC 6855 §4). */
function readLiteral(session: ImapSession, input: ImapArguments): Buffer {
  if (!session.enabled.has("UTF8=ACCEPT") || input.tryMatch(/UTF8 (?=\()/iy) === undefined)
    return input.literal();
  input.character("(");
  const raw = input.literal();
  input.character(")");
  return raw;
}

function readFlagList(input: ImapArguments): string[] {
  const flags = requireKnownFlags(input.list(() => input.flag()));
  input.space();
  return flags;
}

function readDate(input: ImapArguments): Date {
  const date = parseDateTime(input.string());
  if (!date) throw new ImapRefusal("BAD", "Invalid internal date.");
  input.space();
  return date;
}
