import { MailError } from "@mailwright/core";
import { encodeMailboxName } from "../wire/mailbox-name.js";
import { formatUidSet, toUids } from "../wire/uid-set.js";
import { formatDay, formatModSeq } from "../wire/values.js";
import { atom, literal, numberSet, quoted, type WireArgument } from "../wire/wire-argument.js";
import { checkQuery } from "./check-query.js";
import type { SearchQuery } from "./search-query.js";

const FLAGS = ["answered", "deleted", "draft", "flagged", "seen"] as const;
const TEXTS = ["from", "to", "cc", "bcc", "subject", "body", "text"] as const;
const DATES = ["since", "before", "on", "sentSince", "sentBefore", "sentOn"] as const;
const NUMBERS = ["larger", "smaller", "younger", "older"] as const;
const MAX_DEPTH = 50;

/**
 * Turns a query into SEARCH criteria; throws `"invalid-argument"` for values that are none, and for a query that names
 * criteria and comes to none: every message is what `{}` finds, and nothing else.
 */
export function compileSearch(query: SearchQuery): WireArgument[] {
  return compileKeys(query, 0).flat();
}

/** One search key after the other, each with what belongs to it. */
function compileKeys(query: SearchQuery, depth: number): WireArgument[][] {
  if (depth > MAX_DEPTH) throw invalid("The search query is nested too deeply");
  checkQuery(query);
  const keys: WireArgument[][] = [];
  const add = (name: string, ...values: WireArgument[]): void => {
    keys.push([atom(name), ...values]);
  };
  for (const name of FLAGS) {
    const wanted = query[name];
    if (wanted !== undefined) add(wanted ? name.toUpperCase() : `UN${name.toUpperCase()}`);
  }
  if (query.recent !== undefined) add(query.recent ? "RECENT" : "OLD");
  if (query.keyword !== undefined) add("KEYWORD", keyword(query.keyword));
  if (query.unkeyword !== undefined) add("UNKEYWORD", keyword(query.unkeyword));
  for (const name of TEXTS) {
    const value = query[name];
    if (value !== undefined) add(name.toUpperCase(), searchString(value));
  }
  for (const [name, value] of Object.entries(query.header ?? {})) {
    if (!/^[!-9;-~]+$/.test(name)) throw invalid("A header name holds characters that no header name has");
    add("HEADER", searchString(name), searchString(value));
  }
  for (const name of DATES) {
    const value = query[name];
    if (value !== undefined) add(name.toUpperCase(), atom(formatDay(value)));
  }
  for (const name of NUMBERS) {
    const value = query[name];
    if (value !== undefined) add(name.toUpperCase(), atom(String(value)));
  }
  if (query.uids !== undefined) {
    const set = formatUidSet(toUids(query.uids));
    // Nothing has no set; UIDs never reach this one.
    if (set === "") keys.push([NOT, atom("ALL")]);
    else add("UID", numberSet(set));
  }
  if (query.modseq !== undefined) add("MODSEQ", atom(formatModSeq(query.modseq, "modseq")));
  if (query.emailId !== undefined) add("EMAILID", keyword(query.emailId));
  if (query.threadId !== undefined) add("THREADID", keyword(query.threadId));
  if (query.gmailRaw !== undefined) add("X-GM-RAW", searchString(query.gmailRaw));
  // Labels are encoded as mailbox names are.
  if (query.gmailLabel !== undefined) add("X-GM-LABELS", quoted(encodeMailboxName(query.gmailLabel)));
  for (const inner of query.and ?? []) keys.push(...compileKeys(inner, depth + 1));
  if (query.not !== undefined) keys.push(negate(asOneKey(query.not, depth)));
  if (query.or !== undefined) keys.push(compileOr(query.or, depth));
  if (keys.length > 0) return keys;
  const names = Object.keys(query);
  if (names.length === 0) return [[atom("ALL")]];
  throw invalid(`The query asks for nothing: ${names.join(", ")} without a value. {} finds every message`);
}

/** A string for SEARCH: quoted while it is ASCII, else a literal in UTF-8. */
export function searchString(value: string): WireArgument {
  if (/[\0\r\n]/.test(value)) throw invalid("A search text must not hold line ends or NUL");
  if (/^[\x20-\x7e]*$/.test(value)) return quoted(value);
  return literal(Buffer.from(value, "utf8"));
}

function compileOr(queries: readonly SearchQuery[], depth: number): WireArgument[] {
  const [first, ...rest] = queries;
  if (first === undefined) throw invalid("or needs at least one query");
  if (rest.length === 0) return asOneKey(first, depth);
  // Halved, not chained: OR takes two, and servers limit how deep it may nest.
  const middle = Math.ceil(queries.length / 2);
  const halves = [queries.slice(0, middle), queries.slice(middle)];
  return [atom("OR"), ...halves.flatMap((half) => compileOr(half, depth + 1))];
}

const NOT = atom("NOT");

/** QUIRK: Courier does not take `NOT NOT`. */
function negate(key: WireArgument[]): WireArgument[] {
  return key[0] === NOT ? key.slice(1) : [NOT, ...key];
}

/** In parentheses only where there is more than one key. */
function asOneKey(query: SearchQuery, depth: number): WireArgument[] {
  const [first, ...others] = compileKeys(query, depth + 1);
  return first !== undefined && others.length === 0 ? first : [[...(first ?? []), ...others.flat()]];
}

function keyword(value: string): WireArgument {
  if (!/^[^\s(){%*"\\\]\p{Cc}]+$/u.test(value)) throw invalid(`${JSON.stringify(value)} is not a keyword`);
  return atom(value);
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "search" });
}
