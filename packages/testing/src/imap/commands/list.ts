import type { MailAccount } from "../../store/mail-account.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { toPathMatcher } from "./list-pattern.js";
import { readStatusItems, type StatusItem, writeStatus } from "./status.js";

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
const LEVELS = "/";
const MAX_PATTERNS = 100;

/** LIST with selection and return options (RFC 3501 §6.3.8, RFC 5258, RFC 5819, RFC 6154). */
export function listMailboxes(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  const request = readRequest(session, input);
  if (request.patterns.length === 1 && request.patterns[0] === "") {
    session.untagged(`LIST (\\Noselect) "${session.delimiter}" ""`);
    return "OK List completed.";
  }
  const isWanted = toPathMatcher(
    request.patterns.map((pattern) => request.reference + pattern),
    session.quirks,
  );
  const parents = new Set(account.mailboxes().flatMap(({ path }) => parentsOf(path)));
  const isRecursive = request.selection.has("RECURSIVEMATCH");
  const subscribedParents = new Set(isRecursive ? [...account.subscriptions].flatMap(parentsOf) : []);
  for (const path of candidates(account, request, isWanted)) {
    const mailbox = account.find(path);
    if (request.selection.has("SPECIAL-USE") && !mailbox?.specialUse) continue;
    // RECURSIVEMATCH tells what is subscribed further down (RFC 5258 §3.5).
    const info = subscribedParents.has(path) ? ' ("CHILDINFO" ("SUBSCRIBED"))' : "";
    const words = attributes(session, path, request, parents.has(path) || isAbove(session, path));
    session.untagged(`LIST (${words}) "${session.delimiter}" ${session.encodePath(path)}${info}`);
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
  const reference = session.decodePattern(input.astring());
  input.space();
  const pattern = session.decodePattern(input.listPattern());
  input.end();
  const isWanted = toPathMatcher([reference + pattern], session.quirks);
  const paths = sortPaths([...account.subscriptions]).filter(isWanted);
  for (const path of paths) session.untagged(`LSUB () "${session.delimiter}" ${session.encodePath(path)}`);
  const parents = pattern.includes("%") ? hiddenParents(account, isWanted) : [];
  for (const path of parents)
    session.untagged(`LSUB (\\Noselect) "${session.delimiter}" ${session.encodePath(path)}`);
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
    // RFC 5258 §3.1: it only says how far another option reaches.
    if (selection.has("RECURSIVEMATCH") && !selection.has("SUBSCRIBED"))
      throw new ImapRefusal("BAD", "RECURSIVEMATCH needs SUBSCRIBED");
    input.space();
  }
  const reference = session.decodePattern(input.astring());
  input.space();
  const readPattern = (): string => session.decodePattern(input.listPattern());
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

function candidates(
  account: MailAccount,
  { selection }: ListRequest,
  isWanted: (path: string) => boolean,
): string[] {
  const subscribed = [...account.subscriptions];
  if (!selection.has("SUBSCRIBED")) {
    const paths = account.mailboxes().flatMap(({ path }) => [...parentsOf(path), path]);
    return sortPaths([...new Set(paths)].filter(isWanted));
  }
  const isRecursive = selection.has("RECURSIVEMATCH");
  const parents = isRecursive ? subscribed.filter((path) => !isWanted(path)).flatMap(parentsOf) : [];
  return sortPaths([...new Set([...subscribed, ...parents])].filter(isWanted));
}

/** INBOX holds all others where they begin with its name. */
export function isAbove({ quirks }: ImapSession, path: string): boolean {
  return path === "INBOX" && quirks.namespacePrefix?.startsWith("INBOX") === true;
}

/** The paths above one. */
export function parentsOf(path: string): string[] {
  const levels = path.split(LEVELS);
  return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join(LEVELS));
}

function attributes(session: ImapSession, path: string, request: ListRequest, hasChildren: boolean): string {
  const account = session.requireAccount();
  const { selection, returns, isExtended } = request;
  const mailbox = account.find(path);
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
  const hidden = [...account.subscriptions].filter((path) => !isWanted(path)).flatMap(parentsOf);
  const parents = hidden.filter((path) => isWanted(path) && !account.subscriptions.has(path));
  return sortPaths([...new Set(parents)]);
}

function sortPaths(paths: string[]): string[] {
  return paths.sort((a, b) => Number(b === "INBOX") - Number(a === "INBOX") || (a < b ? -1 : 1));
}
