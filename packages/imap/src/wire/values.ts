import { MailError } from "@mailwright/core";
import { parseDate } from "@mailwright/mime";
import { isList, textOf, type WireNode } from "./wire-node.js";

/** A MODSEQ as callers have it: as it was told, or as JSON keeps it, in decimal digits. */
export type ModSeq = bigint | string;

/** The digits of a MODSEQ (63 bits, RFC 7162 §7). Throws `"invalid-argument"`. */
export function formatModSeq(modSeq: ModSeq, name: string): string {
  const digits = modSeq.toString();
  if (/^\d{1,19}$/.test(digits)) return digits;
  throw new MailError(`${name} is no MODSEQ`, { code: "invalid-argument", protocol: "imap" });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads an INTERNALDATE (RFC 9051 §9, `date-time`); `undefined` for what is none, such as the day 0 of servers that do
 * not know. QUIRK: servers leave the zone out or name it (`GMT`), and shorten hours: then it is read as a Date is.
 */
export function parseInternalDate(text: string | undefined): Date | undefined {
  const match = /^(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(
    text?.trim() ?? "",
  );
  if (match === null) return parseOddDate(text);
  const [, day, name = "", year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const month = MONTHS.findIndex((known) => known.toLowerCase() === name.toLowerCase());
  if (month < 0 || day === "0" || day === "00") return undefined;
  const utc = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return new Date(sign === "-" ? utc + offsetMs : utc - offsetMs);
}

function parseOddDate(text: string | undefined): Date | undefined {
  const words = /^\s*(\d{1,2})-([a-z]{3})-(\d{4}) (\d{1,2}:.*)$/i.exec(text ?? "");
  return words === null ? undefined : parseDate(words.slice(1).join(" "));
}

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
 * QUIRK: of a mailbox that was just renamed, Cyrus 3.6 tells octets of its memory.
 */
export function objectIdOf(node: WireNode | undefined): string | undefined {
  const text = textOf(isList(node) ? node[0] : node);
  return text !== undefined && /^[\w-]{1,255}$/.test(text) ? text : undefined;
}
