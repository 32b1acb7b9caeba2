/** `LIST (flags) "delimiter" `, up to where the name begins. */
const LIST_HEAD = /^[^(]*\([^)]*\) +(?:NIL|"(?:\\["\\]|[^"\\])*"|"[^"]*") +/i;
const LIST_NAMES: ReadonlySet<string> = new Set(["LIST", "LSUB", "XLIST"]);

/**
 * Where the name of a mailbox stands in a response that has it without quotes, blanks and all.
 *
 * QUIRK: Exchange lists names with blanks so, GNU mailutils tells STATUS so. What may follow in a LIST begins with
 * a quoted word in parentheses (RFC 5258 §6), in a STATUS it is the last pair of them, which may hold others.
 */
export function bareName(
  name: string,
  text: string,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  if (LIST_NAMES.has(name)) {
    const head = LIST_HEAD.exec(text.slice(at));
    return head === null
      ? undefined
      : bareAt(text, at + head[0].length, text.indexOf(' ("', at + head[0].length));
  }
  return name === "STATUS" ? bareAt(text, at, lastListAt(text)) : undefined;
}

/** Where the list that ends a line begins, with the blank before it: `MAILBOXID (F1)` within it is no end of a name. */
function lastListAt(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at > 0; at--) {
    if (text[at] === ")") depth += 1;
    else if (text[at] === "(") {
      depth -= 1;
      if (depth <= 0) return text[at - 1] === " " ? at - 1 : -1;
    }
  }
  return -1;
}

function bareAt(
  text: string,
  start: number,
  extensionAt: number,
): { readonly start: number; readonly end: number } | undefined {
  if (text[start] === '"') return undefined;
  const end = extensionAt < start ? text.trimEnd().length : extensionAt;
  return end > start && /[ \t()]/.test(text.slice(start, end)) ? { start, end } : undefined;
}
