import { parseDate } from "@mailwright/mime";
import { MONTHS } from "./values.js";

/**
 * Reads an INTERNALDATE (RFC 9051 §9, `date-time`); `undefined` for what is none, such as the day 0 of servers that do
 * not know. QUIRK: servers leave the zone out or name it (`GMT`), and shorten hours: then it is read as a Date is.
 */
export function parseInternalDate(text: string | undefined): Date | undefined {
  const match = USUAL.exec(text?.trim() ?? "");
  if (match === null) return parseOddDate(text);
  const [, day, name = "", year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const month = MONTHS.indexOf(`${name.slice(0, 1).toUpperCase()}${name.slice(1).toLowerCase()}`);
  if (month < 0 || day === "0" || day === "00") return undefined;
  const utc = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return new Date(sign === "-" ? utc + offsetMs : utc - offsetMs);
}

const USUAL = /^(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

function parseOddDate(text: string | undefined): Date | undefined {
  const words = /^\s*(\d{1,2})-([a-z]{3})-(\d{4}) (\d{1,2}:.*)$/i.exec(text ?? "");
  return words === null ? undefined : parseDate(words.slice(1).join(" "));
}
