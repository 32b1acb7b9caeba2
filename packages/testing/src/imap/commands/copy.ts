import type { StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { formatNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";

/** COPY and UID COPY (RFC 3501 §6.4.7) with COPYUID (RFC 4315 §3). */
export function copyMessages(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  const { messages, target } = readCopy(session, input, isUid);
  session.requireAccount().requireQuota(messages.reduce((sum, { message }) => sum + message.raw.length, 0));
  const code = copyTo(session, messages, target);
  return `OK ${code === undefined ? "" : `[${code}] `}Copy completed.`;
}

/** MOVE and UID MOVE (RFC 6851): COPYUID comes untagged, before the removals. */
export function moveMessages(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  const selected = session.requireWritable();
  const { messages, target } = readCopy(session, input, isUid);
  const code = copyTo(session, messages, target);
  if (code !== undefined) session.untagged(`OK [${code}] Moved UIDs.`);
  selected.mailbox.expunge(messages.map(({ message }) => message.uid));
  return "OK Move completed.";
}

function readCopy(
  session: ImapSession,
  input: ImapArguments,
  isUid: boolean,
): { messages: NumberedMessage[]; target: StoredMailbox } {
  input.space();
  const set = input.numberSet();
  input.space();
  const path = session.decodePath(input.astring());
  input.end();
  const messages = session.resolve(set, isUid);
  const target = session.requireAccount().find(path);
  if (!target) throw new ImapRefusal("NO", `Mailbox doesn't exist: ${path}`, "TRYCREATE");
  const { mailbox } = session.requireSelected();
  return { messages: messages.filter(({ message }) => mailbox.get(message.uid) === message), target };
}

function copyTo(
  session: ImapSession,
  messages: readonly NumberedMessage[],
  target: StoredMailbox,
): string | undefined {
  if (messages.length === 0) return undefined;
  const copies = target.addAll(messages.map(({ message }) => message));
  if (!session.offers("UIDPLUS") || session.quirks.omitCopyUid) return undefined;
  const from = formatNumberSet(messages.map(({ message }) => message.uid));
  const to = formatNumberSet(copies.map((message) => message.uid));
  const uidValidity = session.quirks.uidValidity === "zero" ? 0 : target.uidValidity;
  return `COPYUID ${uidValidity} ${from} ${to}`;
}
