const MAX_BYTES = 150;
const MAX_CHARACTERS = 1_000;
const MAX_EXTENSION = 16;
const RESERVED: ReadonlySet<string> = new Set([
  "con",
  "prn",
  "aux",
  "nul",
  "conin$",
  "conout$",
  ...["com", "lpt"].flatMap((port) => [..."0123456789¹²³"].map((digit) => port + digit)),
]);
/** Controls, invisible and bidirectional marks, and what file systems refuse. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029<>:"|?*\\/]/gu;

/** What most names are: nothing has to be taken out of them, or cut off. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_ ()+,=-]{0,99}\.[A-Za-z0-9]{1,9}$/;

/** How {@link toSafeFilename} works. */
export interface SafeFilenameOptions {
  /**
   * The answer when nothing is left of the name, or there was none; taken as it is.
   *
   * @defaultValue `"attachment"`
   */
  readonly fallback?: string | undefined;
  /**
   * The names of one folder: a new `Map` that is handed to each call for it, and kept by them. The answer then differs
   * from all earlier ones, without regard to case: `report.pdf`, `report (2).pdf`.
   *
   * @defaultValue none: equal names stay equal
   */
  readonly taken?: Map<string, number> | undefined;
}

/**
 * Makes a name that is safe to create in a folder out of what a sender wrote: the last path component for both kinds of
 * separators, without control, bidirectional or reserved characters, neither hidden nor a device of Windows, at most 150
 * bytes of UTF-8. The attachments of a parsed message have it already, see {@link Attachment.safeFilename}; those that an
 * IMAP server lists do not.
 */
export function toSafeFilename(filename: string | undefined, options: SafeFilenameOptions = {}): string {
  const name = cleanName(filename ?? "") ?? options.fallback ?? "attachment";
  return options.taken === undefined ? name : makeUnique(name, options.taken);
}

function cleanName(filename: string): string | undefined {
  const cleaned = PLAIN.test(filename) ? filename : withoutUnsafe(filename);
  if (cleaned === "") return undefined;
  const [stem = ""] = cleaned.toLowerCase().split(".");
  const name = RESERVED.has(stem.trim()) ? `_${cleaned}` : cleaned;
  // No unit of a string takes more than three bytes.
  return name.length * 3 <= MAX_BYTES ? name : shorten(name, "");
}

function withoutUnsafe(filename: string): string {
  const named = filename.replaceAll("\\", "/");
  const last = named.slice(named.lastIndexOf("/") + 1);
  const base =
    last.length > MAX_CHARACTERS ? last.slice(0, MAX_CHARACTERS) + last.slice(-MAX_EXTENSION) : last;
  return trimDots(base.normalize("NFC").replace(UNSAFE, "")).trim();
}

/** Appends ` (2)`, ` (3)` … before the extension until the name is not in `taken`, and adds it there. */
function makeUnique(name: string, taken: Map<string, number>): string {
  const key = name.toLowerCase();
  let count = (taken.get(key) ?? 0) + 1;
  taken.set(key, count);
  if (count === 1) return name;
  for (;;) {
    const candidate = shorten(name, ` (${count})`);
    if (!taken.has(candidate.toLowerCase())) {
      taken.set(candidate.toLowerCase(), 1);
      return candidate;
    }
    taken.set(key, ++count);
  }
}

/**
 * Leading dots hide a file, a hyphen makes an option of it and a tilde a home folder; trailing dots and spaces are dropped
 * by Windows.
 */
function trimDots(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && ". -~".includes(name.charAt(start))) start++;
  while (end > start && (name[end - 1] === "." || name[end - 1] === " ")) end--;
  return name.slice(start, end);
}

function shorten(name: string, suffix: string): string {
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  const room = MAX_BYTES - Buffer.byteLength(suffix) - Buffer.byteLength(extension);
  return `${cutToBytes(stem, room)}${suffix}${extension}`;
}

function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end).trimEnd();
}
