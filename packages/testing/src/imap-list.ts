import type { ImapArguments } from "./imap-arguments.js";
import { decodeMailboxName, encodeMailboxName } from "./imap-mailbox-name.js";
import { ImapRefusal } from "./imap-refusal.js";
import type { ImapSession } from "./imap-session.js";
import { readStatusItems, type StatusItem, writeStatus } from "./imap-status.js";
import { encodeAstring } from "./imap-text.js";
import type { MailAccount } from "./mail-store-account.js";

interface ListRequest {
  readonly reference: string;
  readonly patterns: readonly string[];
  readonly selection: ReadonlySet<string>;
  readonly returns: ReadonlySet<string>;
  /** Options or several patterns were given: then only what was asked for is told (RFC 5258 §3). */
  readonly isExtended: boolean;
  readonly statusItems: readonly StatusItem[];
}

const SELECTION = new Set(["SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE"]);
const RETURN = new Set(["SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS"]);
const DELIMITER = "/";
const MAX_PATTERNS = 100;

/** LIST with selection and return options (RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154). */
export function listMailboxes(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const request = readRequest(session, input);
  if (request.patterns.length === 1 && request.patterns[0] === "") {
    session.untagged(`LIST (\\Noselect) "${DELIMITER}" ""`);
    return "OK List completed.";
  }
  const isWanted = toMatcher(request.patterns.map((pattern) => request.reference + pattern));
  for (const path of candidates(account, request.selection.has("SUBSCRIBED"))) {
    const mailbox = account.find(path);
    if (!isWanted(path) || (request.selection.has("SPECIAL-USE") && !mailbox?.specialUse)) continue;
    session.untagged(`LIST (${attributes(session, path, request)}) "${DELIMITER}" ${encodePath(path)}`);
    if (request.statusItems.length > 0 && mailbox && !session.quirks.omitListStatus) {
      writeStatus(session, mailbox, request.statusItems);
    }
  }
  return "OK List completed.";
}

/** LSUB (RFC 3501 §6.3.9). */
export function listSubscribed(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const reference = decodeMailboxName(input.astring());
  input.space();
  const pattern = decodeMailboxName(input.listPattern());
  input.end();
  const isWanted = toMatcher([reference + pattern]);
  const paths = sortPaths([...account.subscriptions]).filter(isWanted);
  for (const path of paths) session.untagged(`LSUB () "${DELIMITER}" ${encodePath(path)}`);
  if (pattern.includes("%"))
    for (const parent of hiddenParents(account, isWanted)) {
      session.untagged(`LSUB (\\Noselect) "${DELIMITER}" ${encodePath(parent)}`);
    }
  return "OK Lsub completed.";
}

function readRequest(session: ImapSession, input: ImapArguments): ListRequest {
  const offersExtended = session.offers("LIST-EXTENDED");
  input.space();
  const selection = new Set<string>();
  const hasSelection = input.peek() === "(";
  if (hasSelection && offersExtended) {
    for (const option of input.list(() => input.keyword())) {
      if (!SELECTION.has(option) || (option === "SPECIAL-USE" && !session.offers("SPECIAL-USE")))
        throw new ImapRefusal("BAD", `Unknown LIST option ${option}`);
      selection.add(option);
    }
    input.space();
  }
  const reference = decodeMailboxName(input.astring());
  input.space();
  const readPattern = (): string => decodeMailboxName(input.listPattern());
  const hasPatterns = input.peek() === "(" && offersExtended;
  const patterns = hasPatterns ? input.list(readPattern) : [readPattern()];
  if (patterns.length > MAX_PATTERNS) throw new ImapRefusal("BAD", "Too many patterns");
  const returns = new Set<string>();
  let statusItems: readonly StatusItem[] = [];
  const hasReturns = !input.isAtEnd && offersExtended;
  if (hasReturns) {
    input.space();
    if (input.keyword() !== "RETURN") throw new ImapRefusal("BAD", "Expected RETURN");
    input.space();
    input.list(() => {
      const option = input.keyword();
      if (!RETURN.has(option) || (option === "STATUS" && !session.offers("LIST-STATUS"))) {
        throw new ImapRefusal("BAD", `Unknown LIST return option ${option}`);
      }
      returns.add(option);
      if (option !== "STATUS") return;
      input.space();
      statusItems = readStatusItems(session, input);
    });
  }
  input.end();
  const isExtended = hasSelection || hasPatterns || hasReturns;
  return { reference, patterns, selection, returns, isExtended, statusItems };
}

function candidates(account: MailAccount, onlySubscribed: boolean): string[] {
  if (onlySubscribed) return sortPaths([...account.subscriptions]);
  const paths = new Set<string>();
  for (const { path } of account.mailboxes()) {
    for (let cut = path.indexOf(DELIMITER); cut >= 0; cut = path.indexOf(DELIMITER, cut + 1)) {
      paths.add(path.slice(0, cut));
    }
    paths.add(path);
  }
  return sortPaths([...paths]);
}

function attributes(session: ImapSession, path: string, request: ListRequest): string {
  const account = session.requireAccount();
  const { selection, returns, isExtended } = request;
  const mailbox = account.find(path);
  const hasChildren = account.mailboxes().some((other) => other.path.startsWith(path + DELIMITER));
  const isSubscribed = account.subscriptions.has(path);
  const asksForUse = !isExtended || selection.has("SPECIAL-USE") || returns.has("SPECIAL-USE");
  const wantsUse = asksForUse && session.offers("SPECIAL-USE");
  const wantsChildren = !isExtended ? session.offers("CHILDREN") : returns.has("CHILDREN");
  const wantsSubscribed = selection.has("SUBSCRIBED") || returns.has("SUBSCRIBED");
  return [
    ...(mailbox ? [] : [selection.has("SUBSCRIBED") ? "\\NonExistent" : "\\Noselect"]),
    ...(wantsChildren ? [hasChildren ? "\\HasChildren" : "\\HasNoChildren"] : []),
    ...(wantsSubscribed && isSubscribed ? ["\\Subscribed"] : []),
    ...(wantsUse && mailbox?.specialUse ? [mailbox.specialUse] : []),
  ].join(" ");
}

/** `%` shows a parent whose children alone are subscribed (RFC 3501 §6.3.9). */
function hiddenParents(account: MailAccount, isWanted: (path: string) => boolean): string[] {
  const parents = new Set<string>();
  for (const path of account.subscriptions) {
    for (let cut = path.indexOf(DELIMITER); cut >= 0; cut = path.indexOf(DELIMITER, cut + 1)) {
      const parent = path.slice(0, cut);
      if (!account.subscriptions.has(parent) && isWanted(parent) && !isWanted(path)) parents.add(parent);
    }
  }
  return sortPaths([...parents]);
}

function encodePath(path: string): string {
  return encodeAstring(encodeMailboxName(path));
}

function sortPaths(paths: string[]): string[] {
  return paths.sort((a, b) => Number(b === "INBOX") - Number(a === "INBOX") || (a < b ? -1 : 1));
}

/** Matches without backtracking, whatever the pattern: `*` anything, `%` anything but the delimiter. */
function toMatcher(patterns: readonly string[]): (path: string) => boolean {
  return (path) =>
    patterns.some((pattern) => matches(path === "INBOX" ? toInboxCase(pattern) : pattern, path));
}

function toInboxCase(pattern: string): string {
  return pattern.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function matches(pattern: string, path: string): boolean {
  let reachable = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const position of reachable) {
      if (character !== "*" && character !== "%") {
        if (path[position] === character) next.add(position + 1);
        continue;
      }
      for (let end = position; end <= path.length; end += 1) {
        next.add(end);
        if (character === "%" && path[end] === DELIMITER) break;
      }
    }
    reachable = next;
  }
  return reachable.has(path.length);
}
