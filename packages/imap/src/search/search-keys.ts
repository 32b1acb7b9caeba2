import type { ImapSession } from "../session/imap-session.js";
import { requireCapability } from "../session/require-capability.js";
import type { WireArgument } from "../wire/wire-argument.js";

/** What stands behind a search key; `"key"` is one more of them. */
export type SearchOperand = "text" | "atom" | "date" | "number" | "set" | "key";

/** The search keys of RFC 9051 §6.4.4, RFC 5032, 7162, 8474 and Gmail, with what stands behind each. */
export const SEARCH_KEYS: Readonly<Record<string, readonly SearchOperand[]>> = {
  ALL: [],
  ANSWERED: [],
  DELETED: [],
  DRAFT: [],
  FLAGGED: [],
  NEW: [],
  OLD: [],
  RECENT: [],
  SEEN: [],
  UNANSWERED: [],
  UNDELETED: [],
  UNDRAFT: [],
  UNFLAGGED: [],
  UNSEEN: [],
  BCC: ["text"],
  BODY: ["text"],
  CC: ["text"],
  FROM: ["text"],
  SUBJECT: ["text"],
  TEXT: ["text"],
  TO: ["text"],
  HEADER: ["text", "text"],
  KEYWORD: ["atom"],
  UNKEYWORD: ["atom"],
  BEFORE: ["date"],
  ON: ["date"],
  SINCE: ["date"],
  SENTBEFORE: ["date"],
  SENTON: ["date"],
  SENTSINCE: ["date"],
  LARGER: ["number"],
  SMALLER: ["number"],
  YOUNGER: ["number"],
  OLDER: ["number"],
  MODSEQ: ["number"],
  UID: ["set"],
  NOT: ["key"],
  OR: ["key", "key"],
  EMAILID: ["atom"],
  THREADID: ["atom"],
  "X-GM-RAW": ["text"],
  "X-GM-LABELS": ["text"],
  "X-GM-MSGID": ["number"],
  "X-GM-THRID": ["number"],
};

const NEEDED: Readonly<Record<string, string>> = {
  YOUNGER: "WITHIN",
  OLDER: "WITHIN",
  MODSEQ: "CONDSTORE",
  EMAILID: "OBJECTID",
  THREADID: "OBJECTID",
  "X-GM-RAW": "X-GM-EXT-1",
  "X-GM-LABELS": "X-GM-EXT-1",
  "X-GM-MSGID": "X-GM-EXT-1",
  "X-GM-THRID": "X-GM-EXT-1",
};

/**
 * Rejects with `"unsupported"` what the server does not know: asked all the same, some answer BAD, and some find
 * something else.
 */
export function requireSearchExtensions(session: ImapSession, criteria: readonly WireArgument[]): void {
  let operands = 0;
  for (const node of criteria) {
    if (operands > 0) operands -= 1;
    else if (isArguments(node)) requireSearchExtensions(session, node);
    else if (node !== null && "type" in node && node.type === "ATOM") {
      const needed = Object.hasOwn(NEEDED, node.value) ? NEEDED[node.value] : undefined;
      if (needed !== undefined) requireCapability(session, needed);
      operands = operandsOf(node.value).filter((operand) => operand !== "key").length;
    }
  }
}

/** Those of a key by its name in capitals; none for what is no key. */
function operandsOf(name: string): readonly SearchOperand[] {
  return Object.hasOwn(SEARCH_KEYS, name) ? (SEARCH_KEYS[name] ?? []) : [];
}

function isArguments(node: WireArgument): node is readonly WireArgument[] {
  return Array.isArray(node);
}
