import { parseDate } from "@mailwright/mime";
import { MONTHS } from "../values.js";

/**
 * Reads an INTERNALDATE (RFC 9051 §9, `date-time`); `undefined` for what is none, such as the day 0 of servers that do
 * not know. QUIRK: servers leave the zone out or name it (`GMT`), and shorten hours: then it is read as a Date is.
 */
export function parseInternalDate(text: string | undefined): Date | undefined {
  const match = USUAL.exec(text?.trim() ?? "");
  if (match === null) return parseOddDate(text);
  // By index: to take it apart as a list costs more than to match it.
  const name = match[2] ?? "";
  const day = Number(match[1]);
  const month = MONTHS.indexOf(`${name.slice(0, 1).toUpperCase()}${name.slice(1).toLowerCase()}`);
  if (month < 0 || day === 0) return undefined;
  const utc = Date.UTC(Number(match[3]), month, day, Number(match[4]), Number(match[5]), Number(match[6]));
  const offsetMs = (Number(match[8]) * 60 + Number(match[9])) * 60_000;
  return new Date(match[7] === "-" ? utc + offsetMs : utc - offsetMs);
}

const USUAL = /^(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

function parseOddDate(text: string | undefined): Date | undefined {
  const words = /^\s*(\d{1,2})-([a-z]{3})-(\d{4}) (\d{1,2}:.*)$/i.exec(text ?? "");
  return words === null ? undefined : parseDate(words.slice(1).join(" "));
}
