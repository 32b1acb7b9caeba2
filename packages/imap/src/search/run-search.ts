import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { expandUidSet } from "../wire/uid-set.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { isList, keywordOf, numberOf, textOf, type WireResponse } from "../wire/wire-node.js";
import { requireSearchExtensions } from "./search-keys.js";

/** A server cannot find more messages than there are; this much more may have come in meanwhile. */
const SLACK = 100_000;
/** How many can be held, whatever a server says of the size of its mailbox. */
const MAX_FOUND = 4_000_000;

/** Runs UID SEARCH, compact where the server can (ESEARCH); UIDs ascending, each once. */
export async function runSearch(
  session: ImapSession,
  mailbox: Pick<SelectedMailbox, "exists">,
  criteria: readonly WireArgument[],
  options: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined } = {},
): Promise<number[]> {
  requireSearchExtensions(session, criteria);
  const found = new Set<number>();
  const isExtended = session.can("ESEARCH") || session.can("IMAP4rev2");
  const returns: WireArgument[] = isExtended ? [atom("RETURN"), [atom("ALL")]] : [];
  const needsCharset = criteria.some(isUnicode) && !session.wire.enabled.has("UTF8=ACCEPT");
  const charset = needsCharset ? [atom("CHARSET"), atom("UTF-8")] : [];
  await session.command("UID SEARCH", [...returns, ...charset, ...criteria], {
    ...options,
    phase: "search",
    untagged: {
      SEARCH: (response) => {
        if (found.size + (response.numbers?.length ?? 0) > MAX_FOUND) throw tooMany();
        takeNumbers(response, found);
      },
      ESEARCH: (response) => {
        const set = esearchValue(response, "ALL");
        if (set === undefined) return;
        const most = Math.min(mailbox.exists + SLACK, MAX_FOUND) - found.size;
        for (const uid of expandUidSet(set, most)) found.add(uid);
      },
    },
  });
  return [...found].sort((a, b) => a - b);
}

function tooMany(): MailError {
  const message = `The server found more than ${MAX_FOUND} messages`;
  return new MailError(message, { code: "limit", protocol: "imap", connectionBroken: true });
}

/** The value behind a name in an ESEARCH answer (RFC 4731). */
export function esearchValue(response: WireResponse, name: string): string | undefined {
  const attributes = response.attributes ?? [];
  const at = attributes.findIndex((node) => !isList(node) && keywordOf(node) === name);
  return at < 0 ? undefined : textOf(attributes[at + 1]);
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
