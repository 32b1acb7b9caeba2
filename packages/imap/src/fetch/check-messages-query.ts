import { MailError } from "@mailwright/core";
import { requireKnownNames } from "@mailwright/core/internal";
import { checkQuery } from "../search/check-query.js";
import { toUids } from "../wire/uid-set.js";
import type { MessagesQuery } from "./imap-message.js";

const NAMES: Readonly<Record<keyof MessagesQuery | "signal" | "timeoutMs", true>> = {
  afterUid: true,
  beforeUid: true,
  uids: true,
  newest: true,
  query: true,
  body: true,
  preview: true,
  structure: true,
  headers: true,
  onUnfetchable: true,
  signal: true,
  timeoutMs: true,
};

/** What people write here and is a matter of the query, or is called otherwise. */
const MEANT: Readonly<Record<string, string>> = {
  unread: "query: { seen: false }",
  unseen: "query: { seen: false }",
  seen: "query: { seen: … }",
  flagged: "query: { flagged: … }",
  since: "afterUid (a UID) or query: { since } (a date)",
  before: "beforeUid (a UID) or query: { before } (a date)",
  from: "query: { from }",
  subject: "query: { subject }",
  search: "query",
  limit: "newest",
  last: "newest",
};

const BODIES = ["none", "text", "full"];

/**
 * Throws `"invalid-argument"` for what is misspelt or of another kind: it would silently mean every message. Answers with the
 * same query, its UIDs in a list: they may come from what can be read once only, and a call may be tried again.
 */
export function checkMessagesQuery<Query extends MessagesQuery>(query: Query): Query {
  for (const name of Object.keys(query ?? {})) {
    const meant = Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
    if (meant !== undefined) throw invalid(`There is no option ${name}; did you mean ${meant}?`);
  }
  requireKnownNames(query, Object.keys(NAMES), { option: "", protocol: "imap" });
  for (const name of ["afterUid", "beforeUid", "newest"] as const) {
    const value = query[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
      throw invalid(`${name} must be a whole number from 0 on`);
  }
  if (query.body !== undefined && !BODIES.includes(query.body))
    throw invalid(`body must be one of ${BODIES.join(", ")}`);
  if (query.query !== undefined && typeof query.query !== "string") checkQuery(query.query);
  return query.uids === undefined ? query : { ...query, uids: toUids(query.uids) };
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "fetch" });
}
