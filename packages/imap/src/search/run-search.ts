import { mostMessages } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { tooMuch } from "../wire/too-much.js";
import { expandUidSet } from "../wire/uid-set.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import {
  isList,
  keywordOf,
  listOf,
  numberOf,
  textOf,
  type WireNode,
  type WireResponse,
} from "../wire/wire-node.js";
import { requireSearchExtensions } from "./search-keys.js";

/** How to search. */
export interface SearchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** So many of the last ones are enough: the server may leave out the others (PARTIAL, RFC 9394), or name them too. */
  readonly newest?: number | undefined;
}

/** Runs UID SEARCH, compact where the server can (ESEARCH); UIDs ascending, each once. */
export async function runSearch(
  session: ImapSession,
  mailbox: Pick<SelectedMailbox, "exists">,
  criteria: readonly WireArgument[],
  { newest, ...options }: SearchOptions = {},
): Promise<number[]> {
  requireSearchExtensions(session, criteria);
  const found = new Set<number>();
  const most = mostMessages(mailbox);
  const wanted =
    newest !== undefined && session.can("PARTIAL") ? [atom("PARTIAL"), atom(`-1:-${newest}`)] : [atom("ALL")];
  const returns: WireArgument[] = session.can("ESEARCH") ? [atom("RETURN"), wanted] : [];
  const needsCharset = criteria.some(isUnicode) && !session.wire.isUtf8;
  const charset = needsCharset ? [atom("CHARSET"), atom("UTF-8")] : [];
  await session.command("UID SEARCH", [...returns, ...charset, ...criteria], {
    ...options,
    phase: "search",
    untagged: {
      SEARCH: (response) => {
        takeNumbers(response, found);
        if (found.size > most) throw tooMuch(`more than ${most} messages found`);
      },
      ESEARCH: (response) => {
        const set = esearchValue(response, "ALL") ?? partialSet(response);
        if (set === undefined) return;
        for (const uid of expandUidSet(set, most - found.size)) found.add(uid);
      },
    },
  });
  return [...found].sort((a, b) => a - b);
}

/** The value behind a name in an ESEARCH answer (RFC 4731). */
export function esearchValue(response: WireResponse, name: string): string | undefined {
  return textOf(esearchNode(response, name));
}

/** `PARTIAL (-1:-100 23:42)`; NIL in the place of the set for none. */
function partialSet(response: WireResponse): string | undefined {
  return textOf(listOf(esearchNode(response, "PARTIAL"))[1]);
}

function esearchNode({ attributes = [] }: WireResponse, name: string): WireNode | undefined {
  const at = attributes.findIndex((node) => !isList(node) && keywordOf(node) === name);
  return at < 0 ? undefined : attributes[at + 1];
}

/** Adds the numbers of a SEARCH or SORT answer; `(MODSEQ n)` at its end is none. */
export function takeNumbers(response: WireResponse, into: { add(uid: number): unknown }): void {
  for (const uid of response.numbers ?? []) if (uid > 0) into.add(uid);
  for (const node of response.attributes ?? []) {
    const uid = numberOf(node);
    if (uid !== undefined && uid > 0) into.add(uid);
  }
}

function isUnicode(node: WireArgument): boolean {
  if (node === null) return false;
  if (isArguments(node)) return node.some(isUnicode);
  return node.type === "LITERAL";
}

function isArguments(node: WireArgument): node is readonly WireArgument[] {
  return Array.isArray(node);
}
