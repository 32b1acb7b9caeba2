import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { isAbove, parentsOf } from "./list.js";
import { toPathMatcher } from "./list-pattern.js";

/** The names that XLIST had before there was SPECIAL-USE. */
const USES: ReadonlyMap<string, string> = new Map([
  ["\\All", "\\AllMail"],
  ["\\Drafts", "\\Drafts"],
  ["\\Flagged", "\\Starred"],
  ["\\Junk", "\\Spam"],
  ["\\Sent", "\\Sent"],
  ["\\Trash", "\\Trash"],
]);

/** XLIST (Gmail once, Zimbra still): LIST with special uses, which takes no options. */
export function listWithUses(session: ImapSession, input: ImapArguments): string {
  const account = session.requireAccount();
  input.space();
  const reference = session.decodePattern(input.astring());
  input.space();
  const pattern = session.decodePattern(input.listPattern());
  input.end();
  const isWanted = toPathMatcher([reference + pattern], session.quirks);
  const parents = new Set(account.mailboxes().flatMap(({ path }) => parentsOf(path)));
  for (const { path, specialUse = "" } of account.mailboxes()) {
    if (!isWanted(path)) continue;
    const use = path === "INBOX" ? "\\Inbox" : USES.get(specialUse);
    const words = [
      parents.has(path) || isAbove(session, path) ? "\\HasChildren" : "\\HasNoChildren",
      ...(use === undefined ? [] : [use]),
    ];
    session.untagged(`XLIST (${words.join(" ")}) "${session.delimiter}" ${session.encodePath(path)}`);
  }
  return "OK XLIST completed.";
}
