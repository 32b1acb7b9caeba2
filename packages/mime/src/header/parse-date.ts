const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ZONES: ReadonlyMap<string, number> = new Map([
  ["ut", 0],
  ["utc", 0],
  ["gmt", 0],
  ["z", 0],
  ["est", -300],
  ["edt", -240],
  ["cst", -360],
  ["cdt", -300],
  ["mst", -420],
  ["mdt", -360],
  ["pst", -480],
  ["pdt", -420],
  ["bst", 60],
  ["cet", 60],
  ["cest", 120],
  ["msk", 180],
  ["jst", 540],
]);

/** What nearly all mail has: `Fri, 20 Nov 2026 10:13:00 +0100`. */
const USUAL =
  /^ ?(?:[a-z]{3}, {0,2})?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? ([+-]\d{4})(?: \([a-z]{1,5}\))?$/i;

/**
 * Parses the date of a header (RFC 5322 §3.3 and §4.3) leniently: names of days are ignored, fields may come in the
 * order of `ctime`, two-digit years and named zones are understood, and ISO 8601 too. No zone means UTC.
 */
export function parseDate(raw: string): Date | undefined {
  // By index: to take it apart as a list costs more than to match it.
  const match = USUAL.exec(raw);
  const index = match === null ? -1 : MONTHS.indexOf((match[2] ?? "").toLowerCase());
  if (match === null || index < 0) return parseAnyDate(raw);
  const offset = Number(match[7]);
  const zone = Math.trunc(offset / 100) * 60 + (offset % 100);
  const time = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  return toDate(Number(match[3]), index, Number(match[1]), time, zone);
}

function parseAnyDate(raw: string): Date | undefined {
  const text = withoutComments(raw).slice(0, 200);
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  let time: readonly number[] | undefined;
  let zone: number | undefined;
  for (const word of words.flatMap(splitDashes)) {
    const lower = word.toLowerCase();
    if (time !== undefined && zone === undefined && parseZone(lower) !== undefined) zone = parseZone(lower);
    else if (word.includes(":") || (day !== undefined && year !== undefined && isDottedTime(word))) {
      if (time !== undefined) continue;
      const [clock = "", offset] = splitOffset(word);
      time = clock.split(/[:.]/).map(Number);
      if (offset !== undefined) zone = parseZone(offset);
    } else if (isDigits(word)) {
      if (day === undefined && word.length <= 2) day = Number(word);
      else if (year === undefined) year = expandYear(word);
    } else if (month === undefined) {
      const index = MONTHS.indexOf(lower.slice(0, 3));
      if (index >= 0) month = index;
    }
  }
  if (day === undefined || month === undefined || year === undefined) return parseIso(text.trim());
  return toDate(year, month, day, time ?? [], zone ?? 0);
}

function toDate(
  year: number,
  month: number,
  day: number,
  [hour = 0, minute = 0, second = 0]: readonly number[],
  zoneMinutes: number,
): Date | undefined {
  if (day < 1 || day > 31 || !(hour <= 24) || !(minute < 60) || !(second <= 61)) return undefined;
  const utc = Date.UTC(year, month, day, hour, minute, Math.min(second, 59)) - zoneMinutes * 60_000;
  const date = new Date(utc);
  if (year < 100) date.setUTCFullYear(year);
  return Number.isNaN(utc) ? undefined : date;
}

function parseIso(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const date = new Date(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) || !text.includes(":") ? text : `${text}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `12-Nov-2026` is three words; a zone such as `-0800` and an ISO date are one. */
function splitDashes(word: string): string[] {
  return /^\d{1,2}-[A-Za-z]{3,9}-\d{2,4}$/.test(word) ? word.split("-") : [word];
}

function splitOffset(word: string): [string, string?] {
  const sign = Math.max(word.indexOf("+"), word.indexOf("-"));
  return sign > 0 ? [word.slice(0, sign), word.slice(sign)] : [word];
}

function parseZone(text: string): number | undefined {
  const sign = text[0];
  if (sign !== "+" && sign !== "-") return ZONES.get(text.toLowerCase());
  const digits = text.slice(1).replace(":", "");
  if (!isDigits(digits) || digits.length > 4 || digits.length < 2) return undefined;
  const padded = digits.length === 2 ? `${digits}00` : digits.padStart(4, "0");
  const minutes = Number(padded.slice(0, 2)) * 60 + Number(padded.slice(2));
  return sign === "-" ? -minutes : minutes;
}

function expandYear(word: string): number {
  const year = Number(word);
  if (word.length >= 4) return year;
  // RFC 5322 §4.3: two digits up to 49 are in this century, three digits count from 1900.
  return word.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

function isDottedTime(word: string): boolean {
  return /^\d{1,2}\.\d\d(\.\d\d)?$/.test(word);
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

function withoutComments(raw: string): string {
  if (!raw.includes("(")) return raw;
  let text = "";
  let depth = 0;
  for (const character of raw) {
    if (character === "(") depth++;
    else if (character === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0) text += character;
  }
  return text;
}
