import type { StoredMailbox } from "../../store/stored-mailbox.js";
import type { ImapSession } from "../session/imap-session.js";
import { formatMailboxFlags } from "../session/keywords.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { type NumberSet, resolveNumberSet } from "../syntax/number-set.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { writeVanishedEarlier } from "./vanished.js";

/** What a client remembers of a mailbox (RFC 7162 §3.2.5). */
interface ResyncParameters {
  readonly uidValidity: number;
  readonly modseq: number;
  readonly knownUids: NumberSet | undefined;
}

/** SELECT and EXAMINE (RFC 3501 §6.3.1, RFC 7162 §3.1.8 and §3.2.5). */
export function selectMailbox(session: ImapSession, input: ImapArguments, isReadOnly: boolean): string {
  const account = session.requireAccount();
  input.space();
  const path = session.decodePath(input.astring());
  const resync = readParameters(session, input);
  input.end();
  if (session.quirks.requireId && !session.hasSentId) {
    throw new ImapRefusal("NO", "SELECT Unsafe Login. Please contact kefu@188.com for help");
  }
  const wasSelected = session.selected !== undefined;
  // RFC 3501 §6.3.1: a failed SELECT leaves nothing selected.
  session.unselect();
  if (wasSelected && (session.offers("QRESYNC") || session.isRev2))
    session.untagged("OK [CLOSED] Previous mailbox closed.");
  const mailbox = account.mailbox(path);
  if (session.quirks.uidValidity === "changing") mailbox.uidValidity += 1;
  const selected = session.select(mailbox, isReadOnly);
  writeMailboxState(session, selected);
  if (resync && resync.uidValidity === mailbox.uidValidity) writeResync(session, selected, resync);
  return `OK [${isReadOnly ? "READ-ONLY" : "READ-WRITE"}] ${isReadOnly ? "Examine" : "Select"} completed.`;
}

function readParameters(session: ImapSession, input: ImapArguments): ResyncParameters | undefined {
  if (input.isAtEnd) return undefined;
  input.space();
  let resync: ResyncParameters | undefined;
  input.list(() => {
    const name = input.keyword();
    if (name === "CONDSTORE" && session.offers("CONDSTORE")) session.enabled.add("CONDSTORE");
    else if (name === "QRESYNC" && session.enabled.has("QRESYNC")) resync = readResync(input);
    else if (name === "QRESYNC" && session.quirks.falseEnabled) readResync(input);
    else
      throw new ImapRefusal("BAD", name === "QRESYNC" ? "QRESYNC not enabled" : `Unknown parameter ${name}`);
  });
  return resync;
}

function readResync(input: ImapArguments): ResyncParameters {
  input.space();
  input.character("(");
  const uidValidity = input.number();
  input.space();
  const modseq = input.number();
  let knownUids: NumberSet | undefined;
  if (input.tryCharacter(" ")) {
    if (input.peek() !== "(") knownUids = input.numberSet();
    if (knownUids === undefined || input.tryCharacter(" ")) skipSequenceMatch(input);
  }
  input.character(")");
  return { uidValidity, modseq, knownUids };
}

/** The match data only help servers that forget removed UIDs; this one does not forget (RFC 7162 §3.2.5.2). */
function skipSequenceMatch(input: ImapArguments): void {
  input.character("(");
  input.numberSet();
  input.space();
  input.numberSet();
  input.character(")");
}

function writeMailboxState(session: ImapSession, selected: SelectedMailbox): void {
  const { mailbox, messages } = selected;
  const { quirks } = session;
  const flags = formatMailboxFlags(selected);
  session.untagged(`FLAGS (${flags})`);
  const permanent = selected.isReadOnly ? "" : `${flags} \\*`;
  session.untagged(
    `OK [PERMANENTFLAGS (${permanent})] ${selected.isReadOnly ? "Read-only mailbox." : "Flags permitted."}`,
  );
  session.exists(messages.length);
  if (session.isRev2) session.untagged(`LIST () "${session.delimiter}" ${session.encodePath(mailbox.path)}`);
  else writeRecent(session, selected);
  const uidValidity = quirks.uidValidity === "zero" ? 0 : mailbox.uidValidity;
  session.untagged(`OK [UIDVALIDITY ${uidValidity}] UIDs valid`);
  if (!quirks.omitUidNext) session.untagged(`OK [UIDNEXT ${mailbox.uidNext}] Predicted next UID`);
  if (session.offers("CONDSTORE")) writeHighestModseq(session, selected);
  if (session.offers("OBJECTID")) session.untagged(`OK [MAILBOXID (${mailbox.mailboxId})] Ok`);
}

/** What IMAP4rev2 has given up. */
function writeRecent(session: ImapSession, { recent, messages }: SelectedMailbox): void {
  session.untagged(`${recent.size} RECENT`);
  const unseen = messages.findIndex((message) => !message.flags.has("\\Seen"));
  if (unseen >= 0) session.untagged(`OK [UNSEEN ${unseen + 1}] First unseen.`);
}

/** How often each mailbox was selected. */
const selections = new WeakMap<StoredMailbox, number>();

function writeHighestModseq(session: ImapSession, { mailbox, messages }: SelectedMailbox): void {
  const { quirks } = session;
  if (quirks.noModseq) {
    session.untagged("OK [NOMODSEQ] No modsequences on this mailbox");
    return;
  }
  const isZero = quirks.zeroHighestModseqWhenEmpty && messages.length === 0;
  selections.set(mailbox, (selections.get(mailbox) ?? 0) + 1);
  const isBack = (selections.get(mailbox) ?? 0) % 2 === 0;
  const lag = (quirks.highestModseqLag ?? 0) + (isBack ? (quirks.modseqGoesBack ?? 0) : 0);
  const value = isZero ? 0 : Math.max(1, mailbox.highestModseq - lag);
  session.untagged(`OK [HIGHESTMODSEQ ${value}]${quirks.omitHighestModseqText ? "" : " Highest"}`);
}

function writeResync(session: ImapSession, selected: SelectedMailbox, resync: ResyncParameters): void {
  const { mailbox } = selected;
  const ranges =
    resync.knownUids && resync.knownUids !== "saved"
      ? resolveNumberSet(resync.knownUids, mailbox.uidNext - 1)
      : undefined;
  const isKnown = (uid: number): boolean =>
    ranges === undefined || ranges.some(([first, last]) => uid >= first && uid <= last);
  writeVanishedEarlier(session, mailbox, resync.modseq, resync.knownUids);
  for (const [index, message] of selected.messages.entries()) {
    if (message.modseq > resync.modseq && isKnown(message.uid)) {
      session.flagsOf({ sequence: index + 1, message }, true);
    }
  }
}
