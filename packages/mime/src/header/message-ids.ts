import type { FoldOptions } from "./encode-header-text.js";
import { FoldedLines } from "./fold-line.js";

const MAX_IDS = 2_000;
/** What nearly all fields hold. */
const ONE_ID = /^<[^\s<>]+>$/;
const IDENTIFIER = /^[^\s<>\p{Cc}]+$/u;

/**
 * Reads the message identifiers of Message-ID, In-Reply-To or References (RFC 5322 §3.6.4), angle brackets included;
 * an identifier that a sender wrote without them gets them.
 */
export function parseMessageIds(raw: string): string[] {
  if (raw === "") return [];
  if (ONE_ID.test(raw)) return [raw];
  const ids: string[] = [];
  let at = 0;
  while (at < raw.length && ids.length < MAX_IDS) {
    const open = raw.indexOf("<", at);
    const plain = raw.slice(at, open < 0 ? raw.length : open);
    for (const word of plain.split(/[\s,]+/))
      if (word.includes("@") && !word.includes(">")) ids.push(`<${word}>`);
    if (open < 0) break;
    let close = raw.indexOf(">", open);
    if (close < 0) close = raw.length;
    const id = raw
      .slice(open + 1, close)
      .replaceAll(" ", "")
      .replaceAll("\t", "");
    if (id !== "") ids.push(`<${id}>`);
    at = close + 1;
  }
  // QUIRK: some systems leave out the brackets and the domain.
  const alone = raw.trim();
  if (ids.length === 0 && alone !== "" && !/[\s<>,]/.test(alone)) ids.push(`<${alone}>`);
  return ids;
}

/**
 * Message identifiers as the value of References or In-Reply-To (RFC 5322 §3.6.4), folded; angle brackets are added
 * where they are missing. Throws a `RangeError` for one with white space, control characters or brackets inside.
 */
export function formatMessageIds(ids: Iterable<string>, options: FoldOptions = {}): string {
  const lines = new FoldedLines(options.column ?? 0);
  for (const id of ids) {
    const inner = id.startsWith("<") && id.endsWith(">") ? id.slice(1, -1) : id;
    if (!IDENTIFIER.test(inner))
      throw new RangeError(`No message identifier: ${JSON.stringify(id.slice(0, 100))}`);
    lines.add(`<${inner}>`);
  }
  return lines.toString();
}
