import { MailError } from "@mailwright/core";
import { isList, textOf, type WireNode } from "./wire-node.js";

/** A MODSEQ as callers have it: as it was told, or as JSON keeps it, in decimal digits. */
export type ModSeq = bigint | string;

/** The digits of a MODSEQ (63 bits, RFC 7162 §7). Throws `"invalid-argument"`. */
export function formatModSeq(modSeq: ModSeq, name: string): string {
  const digits = modSeq.toString();
  if (/^\d{1,19}$/.test(digits)) return digits;
  throw new MailError(`${name} is no MODSEQ`, { code: "invalid-argument", protocol: "imap" });
}

/** As dates have them. */
export const MONTHS: readonly string[] = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
];

/** The day of a date in UTC, as SEARCH takes it (RFC 9051 §9, `date-text`). */
export function formatDay(date: Date): string {
  return `${date.getUTCDate()}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
}

/** A date as APPEND takes it (RFC 9051 §9, `date-time`), in UTC. */
export function formatInternalDate(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${formatDay(date).padStart(11, " ")} ${time} +0000`;
}

/**
 * An id that a server gave to something (OBJECTID, RFC 8474 §7), which stands in parentheses; `undefined` for what is none.
 */
export function objectIdOf(node: WireNode | undefined): string | undefined {
  const text = textOf(isList(node) ? node[0] : node);
  return text !== undefined && /^[\w-]{1,255}$/.test(text) ? text : undefined;
}
