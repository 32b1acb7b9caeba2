import type { StoredMessage } from "../../store/stored-message.js";
import { headerValue } from "../mime/header.js";
import { parseMime } from "../mime/mime.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";
import { parseDate, parseDateTime } from "../syntax/text.js";

const DAY_MS = 86_400_000;
const HEADER_DATE = /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{2,4})\b/;

const SENT = /(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{2,4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s+([+-]\d{4}))?/;

/** Two digits are of 1950 to 2049, three are counted from 1900 (RFC 5322 §4.3). */
function fullYear(digits: string): string {
  const year = Number(digits);
  if (digits.length === 4) return digits;
  return String(digits.length === 2 && year < 50 ? 2000 + year : 1900 + year);
}

/** When the Date field says that a message was sent; `undefined` when it cannot be read. A zone that is no number is UTC. */
export function sentTime({ raw }: StoredMessage): number | undefined {
  const match = SENT.exec(headerValue(raw, parseMime(raw).header, "date") ?? "");
  if (!match) return undefined;
  const [, day = "", month = "", year = "", hours = "", minutes = "", seconds = "00", zone = "+0000"] = match;
  const text = `${day.padStart(2, "0")}-${month}-${fullYear(year)} ${hours.padStart(2, "0")}:${minutes}:${seconds} ${zone}`;
  return parseDateTime(text)?.getTime();
}

type DayOf = (message: StoredMessage) => number | undefined;
type DateKey = (input: ImapArguments) => (candidate: NumberedMessage) => boolean;

/** The day of arrival, in UTC. */
const arrivalDay: DayOf = ({ internalDate }) => Math.floor(internalDate.getTime() / DAY_MS) * DAY_MS;

/** The day that the Date field names, whatever its time zone (RFC 3501 §6.4.4). */
const sentDay: DayOf = ({ raw }) => {
  const match = HEADER_DATE.exec(headerValue(raw, parseMime(raw).header, "date") ?? "");
  return match ? parseDate(`${match[1]}-${match[2]}-${fullYear(match[3] ?? "")}`) : undefined;
};

function compareDay(dayOf: DayOf, isWanted: (day: number, given: number) => boolean): DateKey {
  return (input) => {
    const given = parseDate(input.peek() === '"' ? input.string() : input.atom());
    if (given === undefined) throw new ImapRefusal("BAD", "Invalid search date parameter");
    return ({ message }) => {
      const day = dayOf(message);
      return day !== undefined && isWanted(day, given);
    };
  };
}

function compareAge(isOlder: boolean): DateKey {
  return (input) => {
    const limit = Date.now() - input.number() * 1000;
    return ({ message }) => message.internalDate.getTime() <= limit === isOlder;
  };
}

/** The keys that compare dates, each reading its argument (RFC 3501 §6.4.4, RFC 5032). */
export const dateKeys: ReadonlyMap<string, DateKey> = new Map([
  ["BEFORE", compareDay(arrivalDay, (day, given) => day < given)],
  ["ON", compareDay(arrivalDay, (day, given) => day === given)],
  ["SINCE", compareDay(arrivalDay, (day, given) => day >= given)],
  ["SENTBEFORE", compareDay(sentDay, (day, given) => day < given)],
  ["SENTON", compareDay(sentDay, (day, given) => day === given)],
  ["SENTSINCE", compareDay(sentDay, (day, given) => day >= given)],
  ["OLDER", compareAge(true)],
  ["YOUNGER", compareAge(false)],
]);
