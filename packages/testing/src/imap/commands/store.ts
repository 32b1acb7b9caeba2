import { toFlagSet } from "../../store/stored-message.js";
import type { ImapSession } from "../session/imap-session.js";
import { announceKeywords } from "../session/keywords.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { formatNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";

const ACTION = /([+-]?FLAGS(?:\.SILENT)?)/iy;
const SYSTEM_FLAGS = new Set(["\\seen", "\\answered", "\\flagged", "\\deleted", "\\draft", "\\recent"]);

/** STORE and UID STORE (RFC 3501 §6.4.6), conditional too (RFC 7162 §3.1.3). */
export function storeFlags(session: ImapSession, input: ImapArguments, isUid: boolean): string {
  input.space();
  const set = input.numberSet();
  input.space();
  const unchangedSince = readUnchangedSince(session, input);
  const action = (input.tryMatch(ACTION) ?? "").toUpperCase();
  if (action === "") throw new ImapRefusal("BAD", "Unknown STORE action");
  input.space();
  const flags = readFlags(input);
  input.end();
  const selected = session.requireWritable();
  const messages = session.resolve(set, isUid);
  if (unchangedSince !== undefined) session.enabled.add("CONDSTORE");
  const isConflict = ({ message }: NumberedMessage): boolean =>
    unchangedSince !== undefined && message.modseq > unchangedSince;
  const conflicted = messages.filter(isConflict);
  const stored = messages.filter((message) => !isConflict(message));
  const isSilent = action.endsWith(".SILENT");
  const changed = selected.mailbox.updateFlags(
    stored.map(({ message }) => message.uid),
    (current) => combine(current, flags, action),
    selected,
  );
  const changedUids = new Set(changed.map((message) => message.uid));
  announceKeywords(session, selected, stored);
  for (const message of stored) {
    // Dovecot's way: a message that had these flags already is not answered.
    if (!changedUids.has(message.message.uid)) continue;
    const withUid = isUid || session.enabled.has("QRESYNC");
    if (!isSilent) session.flagsOf(message, withUid);
    else if (session.enabled.has("CONDSTORE")) writeModseq(session, message, withUid);
  }
  if (conflicted.length === 0) return "OK Store completed.";
  const numbers = conflicted.map(({ sequence, message }) => (isUid ? message.uid : sequence));
  return `OK [MODIFIED ${formatNumberSet(numbers)}] Conditional store failed.`;
}

/** Reads a flag list, parenthesised or bare, and refuses system flags that do not exist. */
function readFlags(input: ImapArguments): string[] {
  const flags = input.peek() === "(" ? input.list(() => input.flag()) : [input.flag()];
  while (!input.isAtEnd && input.tryCharacter(" ")) flags.push(input.flag());
  return requireKnownFlags(flags);
}

/** System flags are a closed set (RFC 3501 §2.3.2). */
export function requireKnownFlags(flags: string[]): string[] {
  const unknown = flags.find((flag) => flag.startsWith("\\") && !SYSTEM_FLAGS.has(flag.toLowerCase()));
  if (unknown !== undefined) throw new ImapRefusal("BAD", `Invalid system flag ${unknown}`);
  return flags;
}

function readUnchangedSince(session: ImapSession, input: ImapArguments): number | undefined {
  if (input.peek() !== "(") return undefined;
  let unchangedSince: number | undefined;
  input.list(() => {
    if (input.keyword() !== "UNCHANGEDSINCE" || !session.offers("CONDSTORE")) {
      throw new ImapRefusal("BAD", "Unknown STORE modifier");
    }
    input.space();
    unchangedSince = input.number();
  });
  input.space();
  return unchangedSince;
}

function combine(current: ReadonlySet<string>, flags: readonly string[], action: string): Iterable<string> {
  const given = toFlagSet(flags);
  if (action.startsWith("+")) return new Set([...current, ...given]);
  if (action.startsWith("-")) return [...current].filter((flag) => !given.has(flag));
  return given;
}

function writeModseq(session: ImapSession, { sequence, message }: NumberedMessage, withUid: boolean): void {
  if (session.quirks.omitFetchModseq) return;
  const uid = withUid ? `UID ${message.uid} ` : "";
  session.untagged(`${sequence} FETCH (${uid}MODSEQ (${message.modseq}))`);
}
