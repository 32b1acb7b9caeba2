const DAY_MS = 86_400_000;
const UNITS = ["B", "KB", "MB", "GB"];

/** A date as short as it is clear: the time today, the day this year. */
export function shortDate(date: Date, now: Date): string {
  if (date.toDateString() === now.toDateString()) return clock(date);
  if (date > now || now.getTime() - date.getTime() > 300 * DAY_MS)
    return date.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
  return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
}

/** A date in full. */
export function fullDate(date: Date): string {
  return date.toLocaleString(undefined, { dateStyle: "full", timeStyle: "short" });
}

/** A time of day. */
export function clock(date: Date): string {
  return date.toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}

/** How long something took, as roughly as people would say it. */
export function roughly(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** A size in the unit that people would use. */
export function formatSize(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** A number of things, the thing in its plural where it must be. */
export function count(number: number, thing: string): string {
  return `${spaced(number)} ${thing}${number === 1 ? "" : "s"}`;
}

/** Digits in groups of three, as ISO 80000-1 §7.3 has them. */
export function spaced(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
}
