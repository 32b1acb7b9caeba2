import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { decodeMailboxName } from "../syntax/mailbox-name.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { parseDateTime } from "../syntax/text.js";
import { requireKnownFlags } from "./store.js";

/** APPEND (RFC 3501 §6.3.11) with APPENDUID (RFC 4315 §3). */
export function append(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const path = decodeMailboxName(input.astring());
  input.space();
  const flags = input.peek() === "(" ? readFlagList(input) : [];
  const internalDate = input.peek() === '"' ? readDate(input) : undefined;
  const raw = input.literal();
  input.end();
  if (raw.length === 0) throw new ImapRefusal("NO", "Can't save a zero byte message.");
  const mailbox = account.find(path);
  if (!mailbox) throw new ImapRefusal("NO", `Mailbox doesn't exist: ${path}`, "TRYCREATE");
  const message = account.deliver(mailbox, raw, {
    flags,
    ...(internalDate ? { internalDate } : {}),
  });
  if (!session.offers("UIDPLUS")) return "OK Append completed.";
  const uidValidity = session.quirks.uidValidity === "zero" ? 0 : mailbox.uidValidity;
  return `OK [APPENDUID ${uidValidity} ${message.uid}] Append completed.`;
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
