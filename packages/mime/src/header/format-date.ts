const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MOST_MINUTES = 99 * 60 + 59;

/**
 * A date as headers have it (RFC 5322 §3.3): `Fri, 20 Nov 2026 10:13:00 +0100`. `offsetMinutes` is the zone that it is
 * told in, east of Greenwich counted up; seconds are whole.
 *
 * Throws a `RangeError` for an invalid date, one outside the years 0 to 9999, or an offset that is no zone.
 */
export function formatDate(date: Date, offsetMinutes = 0): string {
  const local = new Date(date.getTime() + offsetMinutes * 60_000);
  const year = local.getUTCFullYear();
  // Comparisons that NaN fails, too.
  if (!(year >= 0 && year <= 9999) || !(Math.abs(offsetMinutes) <= MOST_MINUTES) || offsetMinutes % 1 !== 0)
    throw new RangeError("A date of a header is valid, in the years 0 to 9999, in a zone of whole minutes");
  const [hour, minute, second] = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()];
  const zone = Math.abs(offsetMinutes);
  return (
    `${DAYS[local.getUTCDay()]}, ${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${String(year).padStart(4, "0")} ` +
    `${pad(hour)}:${pad(minute)}:${pad(second)} ${offsetMinutes < 0 ? "-" : "+"}${pad(Math.floor(zone / 60))}${pad(zone % 60)}`
  );
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
