const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DATE_TIME = /^([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;
const DATE = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/;
const MAX_QUOTED_LENGTH = 1000;

/** Text and literals of a response, in order. */
export type ResponsePart = string | Uint8Array;

/** A quoted string where the characters allow it, else a literal (RFC 3501 §4.3). Latin-1 stands for bytes. */
export function encodeString(value: string): string {
  if (value.length > MAX_QUOTED_LENGTH || /[^\t -~]/.test(value)) {
    return `{${value.length}}\r\n${value}`;
  }
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** A quoted string in UTF-8 (RFC 6855, RFC 9051 §4.3), as Latin-1 that stands for its bytes. */
export function encodeUtf8(value: string): string {
  if (!/[^\x20-\x7e]/.test(value)) return encodeAstring(value);
  const bytes = Buffer.from(value.replace(/["\\]/g, "\\$&"), "utf8").toString("latin1");
  return `"${bytes}"`;
}

/** The same with NIL for nothing. */
export function encodeNstring(value: string | undefined): string {
  return value === undefined ? "NIL" : encodeString(value);
}

/** An atom where possible: mailbox names come bare unless they need quotes. */
export function encodeAstring(value: string): string {
  return /^[A-Za-z0-9_./&,+-]+$/.test(value) && value.toUpperCase() !== "NIL" ? value : encodeString(value);
}

/** `17-Jul-1996 02:44:25 +0000`, always in UTC. */
export function formatDateTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** Reads the date of APPEND; `undefined` when it is none. */
export function parseDateTime(text: string): Date | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [, day = "", month = "", year = "", hours, minutes, seconds, sign, zoneHours, zoneMinutes] = match;
  const start = toUtcDay(day.trim(), month, year);
  if (start === undefined) return undefined;
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === "-" ? -1 : 1);
  const time = (Number(hours) * 60 + Number(minutes) - zone) * 60 + Number(seconds);
  return new Date(start + time * 1000);
}

/** Reads the date of a SEARCH key as UTC midnight; `undefined` when it is none. */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  return match ? toUtcDay(match[1] ?? "", match[2] ?? "", match[3] ?? "") : undefined;
}

function toUtcDay(day: string, month: string, year: string): number | undefined {
  const index = MONTHS.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  if (index < 0 || Number(day) < 1 || Number(day) > 31) return undefined;
  return Date.UTC(Number(year), index, Number(day));
}
