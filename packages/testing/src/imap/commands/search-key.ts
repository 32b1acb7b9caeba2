import { decodeBodyText, decodeHeaderText } from "../mime/decode.js";
import { fieldValue } from "../mime/header.js";
import { parseMime } from "../mime/mime.js";
import { toThreadId } from "../mime/thread-id.js";
import type { ImapSession } from "../session/imap-session.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { dateKeys } from "./search-dates.js";

/** Whether a message is found. */
export type SearchPredicate = (candidate: NumberedMessage) => boolean;

/** A criterion read so far, and whether MODSEQ was among what was asked (RFC 7162 §3.1.5). */
export interface SearchState {
  readonly session: ImapSession;
  readonly input: ImapArguments;
  usesModseq: boolean;
}

const MAX_DEPTH = 50;

const FLAG_KEYS: ReadonlyMap<string, readonly [flag: string, isSet: boolean]> = new Map([
  ["ANSWERED", ["\\Answered", true]],
  ["DELETED", ["\\Deleted", true]],
  ["DRAFT", ["\\Draft", true]],
  ["FLAGGED", ["\\Flagged", true]],
  ["SEEN", ["\\Seen", true]],
  ["UNANSWERED", ["\\Answered", false]],
  ["UNDELETED", ["\\Deleted", false]],
  ["UNDRAFT", ["\\Draft", false]],
  ["UNFLAGGED", ["\\Flagged", false]],
  ["UNSEEN", ["\\Seen", false]],
]);
const RECENT_KEYS = new Set(["NEW", "OLD", "RECENT"]);
const HEADER_KEYS = new Set(["BCC", "CC", "FROM", "SUBJECT", "TO"]);

/** Reads keys up to the end or a closing parenthesis; all must hold (RFC 3501 §6.4.4). */
export function readSearchKeys(state: SearchState, depth = 0): SearchPredicate {
  const keys: SearchPredicate[] = [];
  do keys.push(readKey(state, depth));
  while (state.input.tryCharacter(" "));
  return (candidate) => keys.every((key) => key(candidate));
}

function readKey(state: SearchState, depth: number): SearchPredicate {
  const { input, session } = state;
  if (depth > MAX_DEPTH) throw new ImapRefusal("BAD", "Search criteria are nested too deeply");
  if (input.tryCharacter("(")) {
    const inner = readSearchKeys(state, depth + 1);
    input.character(")");
    return inner;
  }
  if (/[\d*$]/.test(input.peek())) return inSet(session, input, false);
  const name = input.keyword();
  const flag = FLAG_KEYS.get(name);
  if (flag) return ({ message }) => message.flags.has(flag[0]) === flag[1];
  const isAge = name === "OLDER" || name === "YOUNGER";
  const date = isAge && !session.offers("WITHIN") ? undefined : dateKeys.get(name);
  if (date) return readArgument(input, () => date(input));
  if (HEADER_KEYS.has(name)) return readArgument(input, () => inHeader(name.toLowerCase(), input.astring()));
  return readOtherKey(state, name, depth);
}

function readOtherKey(state: SearchState, name: string, depth: number): SearchPredicate {
  const { input, session } = state;
  const recent = session.requireSelected().recent;
  // RFC 9051 appendix E: nothing is recent any more.
  if (session.isRev2 && RECENT_KEYS.has(name)) throw new ImapRefusal("BAD", `Unknown argument ${name}`);
  const argument = (read: () => SearchPredicate): SearchPredicate => readArgument(input, read);
  switch (name) {
    case "ALL":
      return () => true;
    case "NEW":
      return ({ message }) => recent.has(message.uid) && !message.flags.has("\\Seen");
    case "OLD":
      return ({ message }) => !recent.has(message.uid);
    case "RECENT":
      return ({ message }) => recent.has(message.uid);
    case "KEYWORD":
    case "UNKEYWORD":
      return argument(() => hasKeyword(input.flag(), name === "KEYWORD"));
    case "UID":
      return argument(() => inSet(session, input, true));
    case "LARGER":
      return argument(() => compareSize(input.number(), 1));
    case "SMALLER":
      return argument(() => compareSize(input.number(), -1));
    case "HEADER":
      return argument(() => {
        const field = input.astring().toLowerCase();
        return readArgument(input, () => inHeader(field, input.astring()));
      });
    case "BODY":
    case "TEXT":
      return argument(() => inText(input.astring(), name === "TEXT"));
    case "NOT":
      return argument(() => {
        const key = readKey(state, depth + 1);
        return (candidate) => !key(candidate);
      });
    case "OR":
      return argument(() => {
        const first = readKey(state, depth + 1);
        const second = readArgument(input, () => readKey(state, depth + 1));
        return (candidate) => first(candidate) || second(candidate);
      });
    case "MODSEQ":
      return argument(() => sinceModseq(state));
    case "EMAILID":
    case "THREADID":
      if (!session.offers("OBJECTID")) throw new ImapRefusal("BAD", `Unknown argument ${name}`);
      return argument(() => {
        const id = input.astring();
        return ({ message }) => (name === "EMAILID" ? message.emailId : toThreadId(message.raw)) === id;
      });
    default:
      throw new ImapRefusal("BAD", `Unknown argument ${name}`);
  }
}

function readArgument<T>(input: ImapArguments, read: () => T): T {
  input.space();
  return read();
}

function inSet(session: ImapSession, input: ImapArguments, isUid: boolean): SearchPredicate {
  const set = input.numberSet();
  const isOpen = set !== "saved" && set.some((range) => range.includes(Number.POSITIVE_INFINITY));
  if (isUid && isOpen && session.quirks.emptyOpenUidSearch) return () => false;
  const found = new Set(session.resolve(set, isUid, true).map(({ message }) => message));
  return ({ message }) => found.has(message);
}

function hasKeyword(keyword: string, isSet: boolean): SearchPredicate {
  const wanted = keyword.toLowerCase();
  return ({ message }) => [...message.flags].some((flag) => flag.toLowerCase() === wanted) === isSet;
}

function compareSize(sizeBytes: number, sign: 1 | -1): SearchPredicate {
  return ({ message }) => (message.raw.length - sizeBytes) * sign > 0;
}

function sinceModseq(state: SearchState): SearchPredicate {
  const { input, session } = state;
  if (!session.offers("CONDSTORE")) throw new ImapRefusal("BAD", "Unknown argument MODSEQ");
  state.usesModseq = true;
  session.enabled.add("CONDSTORE");
  if (input.peek() === '"') {
    input.string();
    input.space();
    input.keyword();
    input.space();
  }
  const modseq = input.number();
  return ({ message }) => message.modseq >= modseq;
}

function inHeader(name: string, text: string): SearchPredicate {
  const wanted = text.toLowerCase();
  return ({ message: { raw } }) =>
    parseMime(raw).header.fields.some(
      (field) =>
        field.name === name && decodeHeaderText(fieldValue(raw, field)).toLowerCase().includes(wanted),
    );
}

function inText(text: string, withHeader: boolean): SearchPredicate {
  const wanted = text.toLowerCase();
  return ({ message: { raw } }) => {
    const root = parseMime(raw);
    if (decodeBodyText(raw, root).toLowerCase().includes(wanted)) return true;
    if (!withHeader) return false;
    return root.header.fields.some((field) =>
      `${field.name}: ${decodeHeaderText(fieldValue(raw, field)).toLowerCase()}`.includes(wanted),
    );
  };
}
