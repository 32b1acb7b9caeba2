import { MailError } from "@mailwright/core";
import { requireKnownNames } from "@mailwright/core/internal";
import type { SearchQuery } from "./search-query.js";

type Kind = "boolean" | "text" | "date" | "number" | "uids" | "modseq" | "fields" | "queries" | "query";

const KINDS: Readonly<Record<keyof SearchQuery, Kind>> = {
  answered: "boolean",
  deleted: "boolean",
  draft: "boolean",
  flagged: "boolean",
  seen: "boolean",
  recent: "boolean",
  keyword: "text",
  unkeyword: "text",
  from: "text",
  to: "text",
  cc: "text",
  bcc: "text",
  subject: "text",
  body: "text",
  text: "text",
  header: "fields",
  since: "date",
  before: "date",
  on: "date",
  sentSince: "date",
  sentBefore: "date",
  sentOn: "date",
  larger: "number",
  smaller: "number",
  younger: "number",
  older: "number",
  uids: "uids",
  modseq: "modseq",
  emailId: "text",
  threadId: "text",
  gmailRaw: "text",
  gmailLabel: "text",
  or: "queries",
  and: "queries",
  not: "query",
};

/** What people write, from IMAP's own words or another library, and what it is called here. */
const MEANT: Readonly<Record<string, string>> = {
  all: "{} for every message",
  unseen: "seen: false",
  unread: "seen: false",
  read: "seen: true",
  isRead: "seen: true",
  unanswered: "answered: false",
  undeleted: "deleted: false",
  undraft: "draft: false",
  unflagged: "flagged: false",
  starred: "flagged: true",
  isStarred: "flagged: true",
  olderThan: "before (a date) or older (seconds)",
  newerThan: "since (a date) or younger (seconds)",
  uid: "uids",
  gmraw: "gmailRaw",
  gmailraw: "gmailRaw",
};

const FITS: Readonly<Record<Kind, readonly [what: string, test: (value: unknown) => boolean]>> = {
  boolean: ["true or false", (value) => typeof value === "boolean"],
  text: ["a string", (value) => typeof value === "string"],
  date: ["a Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())],
  number: ["a whole number of 32 bits", isUnsigned],
  uids: ["UIDs", (value) => typeof value === "number" || isIterable(value)],
  modseq: [
    "a MODSEQ (a bigint or its digits)",
    (value) => typeof value === "bigint" || typeof value === "string",
  ],
  fields: ["strings by the names of header fields", isFields],
  queries: ["a list of queries", (value) => Array.isArray(value)],
  query: ["a query", (value) => typeof value === "object"],
};

/**
 * Throws `"invalid-argument"` for what is no query: a criterion that is misspelt, or of another kind, would
 * silently find every message, and what is deleted next is everything.
 */
export function checkQuery(query: unknown): void {
  if (typeof query === "object" && query !== null) {
    for (const name of Object.keys(query)) {
      const meant = Object.hasOwn(MEANT, name) ? MEANT[name] : undefined;
      if (meant !== undefined) throw invalid(`There is no criterion ${name}; did you mean ${meant}?`);
    }
  }
  requireKnownNames(query, Object.keys(KINDS), { option: "query", protocol: "imap" });
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || !isCriterion(name)) continue;
    const [what, fits] = FITS[KINDS[name]];
    if (value === null || !fits(value)) throw invalid(`The criterion ${name} must be ${what}`);
  }
}

function isCriterion(name: string): name is keyof SearchQuery {
  return Object.hasOwn(KINDS, name);
}

function isUnsigned(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff_ffff;
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function isFields(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((field) => typeof field === "string");
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "search" });
}
