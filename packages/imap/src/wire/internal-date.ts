const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Reads an INTERNALDATE (RFC 9051 §9, `date-time`); `undefined` for what is none. */
export function parseInternalDate(text: string | undefined): Date | undefined {
  const match = /^\s?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(
    text?.trim() ?? "",
  );
  if (match === null) return undefined;
  const [, day, month = "", year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const at = MONTHS.toLowerCase().indexOf(month.toLowerCase());
  if (at < 0 || at % 3 !== 0) return undefined;
  const utc = Date.UTC(Number(year), at / 3, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return new Date(sign === "-" ? utc + offsetMs : utc - offsetMs);
}
