import type { ImapQuirks } from "../session/imap-quirks.js";
import { delimiterOf, toFullName } from "../session/mailbox-names.js";

/**
 * Whether a mailbox matches any of the patterns of LIST (RFC 3501 §6.3.8): `*` is anything, `%`
 * anything but the delimiter. Never backtracks, whatever the patterns.
 */
export function toPathMatcher(patterns: readonly string[], quirks: ImapQuirks): (path: string) => boolean {
  const delimiter = delimiterOf(quirks);
  return (path) => {
    const name = toFullName(path, quirks);
    return patterns.some((pattern) =>
      matches(path === "INBOX" ? toInboxCase(pattern) : pattern, name, delimiter),
    );
  };
}

function toInboxCase(pattern: string): string {
  return pattern.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function matches(pattern: string, path: string, delimiter: string): boolean {
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
        if (character === "%" && path[end] === delimiter) break;
      }
    }
    reachable = next;
  }
  return reachable.has(path.length);
}
